using System.Security.Cryptography;
using System.Text;
using MartechGrains.Definitions;
using MartechGrains.Grains.Adoption;
using MartechGrains.Grains.Registry;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// Before the doors open: registers the sources, and sees to the identity policy. A newer one than is in force is given
/// out; profiles resolved under one policy must not silently be read under another of the same version.
/// </summary>
internal sealed partial class RegistryStart(
    ServerOptions options, Deployment deployment, IGrainFactory grains, ILogger<RegistryStart> log) : IHostedService
{
    private const string Shipped = "MartechGrains";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var registry = grains.GetGrain<IIdentityPolicyGrain>(IIdentityPolicyGrain.Key);
        if (deployment.Policy is { } given) await GiveOutAsync(registry, given);
        else if ((await registry.Versions()).IsEmpty)
            await registry.Propose(new PolicyVersion(
                DefaultPolicy.Load().Version, DefaultPolicy.ReadYaml(), 0, Shipped, "the policy that is shipped"));
        await deployment.Home.Policies.ReadyAsync(cancellationToken);
        foreach (var (source, key) in options.EffectiveWriteKeys)
            await grains.GetGrain<ISourceRegistryGrain>(RegistryKeys.OfSource(source))
                .Register([HashOf(key)], deployment.Home.Now);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task GiveOutAsync(IIdentityPolicyGrain registry, PolicyVersion given)
    {
        var reply = await registry.Propose(given);
        switch (reply.Outcome)
        {
            case PolicyOutcome.Adopted or PolicyOutcome.Unchanged:
                break;
            case PolicyOutcome.OlderVersion:
                LogOlder(given.Version, reply.Version);
                break;
            case PolicyOutcome.SameVersionOtherContent:
                throw new OptionsException(
                    $"The identity policy in force for this data is another version {given.Version}. "
                    + "Raise its version when its content changes.");
            case PolicyOutcome.Contradicts:
                throw new OptionsException(
                    $"The identity policy contradicts version {reply.Version}, which is in force: {reply.Fault}");
            default:
                throw new OptionsException($"The identity policy was refused: {reply.Outcome}.");
        }
    }

    private static string HashOf(string writeKey) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(writeKey)));

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "This server was started with version {given} of the identity policy, but {inForce} is in force and "
            + "stays so. To go back, say 'martech policy back'.")]
    private partial void LogOlder(int given, int inForce);
}
