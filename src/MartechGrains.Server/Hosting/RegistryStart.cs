using System.Security.Cryptography;
using System.Text;
using MartechGrains.Definitions;
using MartechGrains.Grains;
using MartechGrains.Grains.Adoption;
using MartechGrains.Grains.Registry;
using MartechGrains.Server.Settings;

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
        if (deployment.Policy is { } given) await PublishAsync(registry, given, cancellationToken);
        else if ((await registry.Versions(cancellationToken)).IsEmpty)
            await registry.Propose(
                new PolicyVersion(
                    DefaultPolicy.Load().Version, DefaultPolicy.ReadYaml(), default, Shipped,
                    "the policy that is shipped"),
                cancellationToken);
        await deployment.Resources.Policies.ReadyAsync(cancellationToken);
        foreach (var keys in options.Access.SourcesByKey
            .GroupBy(static pair => pair.Value, static pair => pair.Key, StringComparer.Ordinal))
            await grains.GetGrain<ISourceRegistryGrain>(RegistryKeys.OfSource(keys.Key))
                .Register(
                    [.. keys.Select(HashOf)], deployment.Resources.Time.Now(), cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task PublishAsync(
        IIdentityPolicyGrain registry, PolicyVersion given, CancellationToken cancellationToken)
    {
        var reply = await registry.Propose(given, cancellationToken);
        switch (reply.Outcome)
        {
            case PolicyOutcome.Adopted or PolicyOutcome.Unchanged:
                break;
            case PolicyOutcome.OlderVersion:
                LogOlder(given.Version, reply.Version);
                break;
            case PolicyOutcome.SameVersionOtherContent:
                throw Refused(
                    $"identity-policy has another content than version {given.Version}, which is in force for this "
                    + "data. Raise its version when its content changes.");
            case PolicyOutcome.Contradicts:
                throw Refused(
                    $"identity-policy contradicts version {reply.Version}, which is in force: {reply.Fault}");
            default:
                throw Refused($"identity-policy was refused: {reply.Outcome}.");
        }
    }

    private static SettingsException Refused(string text) =>
        new(SettingFaultKind.Invalid, "identity-policy", text);

    private static string HashOf(string writeKey) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(writeKey)));

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "This server was started with version {given} of the identity policy, but {inForce} is in force and "
            + "stays so. To go back, say 'martech policy back'.")]
    private partial void LogOlder(int given, int inForce);
}
