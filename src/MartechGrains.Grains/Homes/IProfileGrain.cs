using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Homes;

/// <summary>A home: hosts a component of identifiers and writes one journal. Its key is the home id.</summary>
[Alias("martechgrains.profile")]
[GrainInterfaceType("martechgrains.profile")]
public interface IProfileGrain : IGrainWithGuidKey
{
    /// <summary>Journals events; answers after the commit.</summary>
    [Alias("apply")]
    ValueTask<Immutable<ApplyReply>> Apply(
        Immutable<ImmutableArray<RoutedEvent>> events, CancellationToken cancellationToken);

    /// <summary>Journals operators' decisions; answers after the commit.</summary>
    [Alias("decide")]
    ValueTask<Immutable<DecideReply>> Decide(
        Immutable<ImmutableArray<RoutedDecision>> decisions, CancellationToken cancellationToken);

    /// <summary>
    /// Goes on under a version of the identity policy, or a newer one that is known; answers after the commit with all
    /// that is open.
    /// </summary>
    [Alias("adopt")]
    ValueTask<Immutable<ConfirmReply>> Adopt(int policyVersion, CancellationToken cancellationToken);

    /// <summary>Takes what pointers answered.</summary>
    [Alias("confirm")]
    ValueTask<Immutable<ConfirmReply>> Confirm(
        Immutable<ImmutableArray<JoinConfirmation>> confirmations, CancellationToken cancellationToken);

    /// <summary>What is open of the identifiers; of all, if none is named.</summary>
    [Alias("openJoins")]
    ValueTask<Immutable<ConfirmReply>> OpenJoins(
        Immutable<ImmutableArray<IdentifierKey>> identifiers, CancellationToken cancellationToken);

    /// <summary>Moves the home into a smaller one, or resumes that; answers where its evidence is.</summary>
    [Alias("move")]
    ValueTask<Immutable<HomeId>> Move(Immutable<HomeId> winner, CancellationToken cancellationToken);

    /// <summary>Takes in the evidence of a larger home, unless this one has moved itself.</summary>
    [Alias("absorb")]
    ValueTask<Immutable<AbsorbReply>> Absorb(Immutable<HomeId> loser, int head, CancellationToken cancellationToken);

    /// <summary>Whether this home holds the evidence of a larger one.</summary>
    [AlwaysInterleave]
    [Alias("hasAbsorbed")]
    ValueTask<Immutable<AbsorbReply>> HasAbsorbed(
        Immutable<HomeId> loser, int head, CancellationToken cancellationToken);

    /// <summary>The home's profiles as committed.</summary>
    [AlwaysInterleave]
    [Alias("read")]
    ValueTask<Immutable<HomeReading>> Read(CancellationToken cancellationToken);
}
