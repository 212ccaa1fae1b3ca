using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Pointers;

/// <summary>
/// One identifier: alone changes its durable pointer, by compare and set. Its key is the identifier key.
/// </summary>
[Alias("martechgrains.identifier")]
[GrainInterfaceType("martechgrains.identifier")]
public interface IIdentifierGrain : IGrainWithGuidKey
{
    /// <summary>A home registers, or makes itself known there; answers after the commit.</summary>
    [Alias("join")]
    ValueTask<Immutable<JoinReply>> Join(Immutable<JoinRequest> request, CancellationToken cancellationToken);

    /// <summary>Moves the pointer after a union; nobody need wait for it.</summary>
    [OneWay]
    [Alias("repoint")]
    ValueTask Repoint(Immutable<HomeId> from, Immutable<HomeId> to, CancellationToken cancellationToken);

    /// <summary>
    /// Homes have been told of an epoch of the value, or united for it; answers with what is to be done next.
    /// </summary>
    [Alias("handled")]
    ValueTask<Immutable<JoinReply>> Handled(
        Immutable<ImmutableArray<HomeId>> homes, long epoch, CancellationToken cancellationToken);

    /// <summary>What is to be done next.</summary>
    [Alias("toDo")]
    ValueTask<Immutable<JoinReply>> ToDo(CancellationToken cancellationToken);

    /// <summary>
    /// An operator's decision that the value links, or its undoing; answers after the commit with what is to be done.
    /// </summary>
    /// <param name="founder">The home to point at where there is no row.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="cancellationToken">Ends the wait for a turn.</param>
    /// <exception cref="TooManyDecisionsException">The value has as many decisions as it may have.</exception>
    [Alias("decide")]
    ValueTask<Immutable<JoinReply>> Decide(
        Immutable<HomeId> founder, Immutable<LinkableDecision> decision, CancellationToken cancellationToken);

    /// <summary>The value as it stands, and whether operators have decided about it; null without a row.</summary>
    [Alias("read")]
    ValueTask<Immutable<ValueStatus?>> Read(CancellationToken cancellationToken);
}
