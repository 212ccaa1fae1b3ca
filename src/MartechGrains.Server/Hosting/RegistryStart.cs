using System.Security.Cryptography;
using System.Text;
using MartechGrains.Grains.Registry;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// Before the doors open: registers the sources, and makes sure that the identity policy is the one in force or a newer
/// one. Profiles resolved under one policy must not silently be read under another.
/// </summary>
internal sealed class RegistryStart(ServerOptions options, Deployment deployment, IGrainFactory grains) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var now = deployment.Home.Now;
        var policy = deployment.Home.Policy;
        var outcome = await grains.GetGrain<IDefinitionInForceGrain>(RegistryKeys.IdentityPolicy)
            .Adopt(policy.Version, deployment.PolicyDigest, now);
        switch (outcome)
        {
            case AdoptOutcome.OlderVersion:
                throw new OptionsException(
                    $"The identity policy is version {policy.Version}, but a newer one is in force for this data. "
                    + "Start with that one.");
            case AdoptOutcome.SameVersionOtherContent:
                throw new OptionsException(
                    $"The identity policy in force for this data is another version {policy.Version}. "
                    + "Raise its version when its content changes.");
            default:
                break;
        }
        foreach (var (source, key) in options.EffectiveWriteKeys)
            await grains.GetGrain<ISourceRegistryGrain>(RegistryKeys.OfSource(source))
                .Register([HashOf(key)], now);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string HashOf(string writeKey) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(writeKey)));
}
