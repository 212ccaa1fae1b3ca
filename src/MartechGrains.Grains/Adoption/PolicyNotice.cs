using MartechGrains.Core.Identity.Policy;
using MartechGrains.Grains.Registry;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace MartechGrains.Grains.Adoption;

/// <summary>
/// Tells one silo of a version of the identity policy, so that no home begins under an older one there.
/// </summary>
[Alias("martechgrains.policy.notice")]
[GrainInterfaceType("martechgrains.policy.notice")]
public interface IPolicyNotice : IGrainService
{
    /// <summary>Answers when the silo knows the version.</summary>
    /// <exception cref="UnknownPolicyVersionException">The registry does not have it.</exception>
    [Alias("learn")]
    Task Learn(int version, CancellationToken cancellationToken);
}

/// <summary>The silo's end of the notice.</summary>
public sealed class PolicyNotice(GrainId id, Silo silo, ILoggerFactory logs, PolicyCache policies)
    : GrainService(id, silo, logs), IPolicyNotice
{
    /// <inheritdoc/>
    public async Task Learn(int version, CancellationToken cancellationToken) =>
        await policies.WithVersionAsync(version, cancellationToken);
}

/// <summary>Reaches the notice of a silo.</summary>
public sealed class PolicyNoticeClient(IServiceProvider services) : GrainServiceClient<IPolicyNotice>(services)
{
    /// <summary>Tells a silo of a version.</summary>
    public Task LearnAsync(SiloAddress silo, int version, CancellationToken cancellationToken) =>
        GetGrainService(silo).Learn(version, cancellationToken);
}
