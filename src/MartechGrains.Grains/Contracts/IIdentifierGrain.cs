using MartechGrains.Core.Profiles;
using MartechGrains.Core.Protocol;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Contracts;

/// <summary>
/// One identifier: alone changes its durable pointer, by compare and set. Its key is the identifier key.
/// </summary>
[Alias("martechgrains.identifier")]
public interface IIdentifierGrain : IGrainWithGuidKey
{
    /// <summary>A home claims the identifier or makes itself known there; answers after the commit.</summary>
    [Alias("join")]
    ValueTask<Immutable<JoinReply>> Join(Immutable<JoinRequest> request);

    /// <summary>Moves the pointer after a union.</summary>
    [Alias("repoint")]
    ValueTask Repoint(Immutable<HomeId> from, Immutable<HomeId> to);

    /// <summary>A home has journaled the value's epoch.</summary>
    [Alias("notified")]
    ValueTask Notified(Immutable<HomeId> home, long epoch);
}
