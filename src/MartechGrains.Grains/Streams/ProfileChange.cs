using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;

namespace MartechGrains.Grains.Streams;

/// <summary>What a journal entry did. The numbers go over the wire: never reuse one.</summary>
public enum ChangeKind : byte
{
    /// <summary>An event counts.</summary>
    EventApplied = 1,

    /// <summary>Identifiers were confirmed, or turned generic.</summary>
    JoinsConfirmed = 2,

    /// <summary>The home begins to move.</summary>
    HomeMoving = 3,

    /// <summary>The home has moved.</summary>
    HomeMoved = 4,

    /// <summary>The home has taken in another's evidence.</summary>
    HomeAbsorbed = 5,

    /// <summary>Profiles merged.</summary>
    ProfilesMerged = 6,

    /// <summary>A profile split.</summary>
    ProfilesSplit = 7,

    /// <summary>Several kinds of changes at once.</summary>
    ProfilesRegrouped = 8,

    /// <summary>Profiles are called otherwise.</summary>
    AnchorsChanged = 9,

    /// <summary>Links were refused.</summary>
    LinksRefused = 10,

    /// <summary>An operator's decision was taken, or undone.</summary>
    DecisionTaken = 11,

    /// <summary>The home went over to another identity policy.</summary>
    PolicyAdopted = 12,

    /// <summary>Events of profiles were retracted, or count again.</summary>
    ProfilesRevised = 13,

    /// <summary>Events of profiles were displaced by other bodies of the same ids.</summary>
    EventsDisplaced = 14,
}

/// <summary>
/// One committed journal entry, on the live edge of the change feed: at most once, in order per home. What it holds,
/// and what the live edge left out, is read from the journal.
/// </summary>
/// <param name="Home">The home.</param>
/// <param name="Seq">The entry's sequence number there.</param>
/// <param name="Kind">What it did.</param>
[GenerateSerializer]
[Immutable]
[Alias("martechgrains.stream.profileChange")]
public readonly record struct ProfileChange(
    [property: Id(0)] HomeId Home, [property: Id(1)] int Seq, [property: Id(2)] ChangeKind Kind)
{
    /// <summary>The entry's id, <c>home:seq</c>: the same in the change feed.</summary>
    public string EntryId => FormattableString.Invariant($"{Home}:{Seq}");

    internal static ChangeKind KindOf(HomeEntry entry) => entry switch
    {
        EventApplied => ChangeKind.EventApplied,
        JoinsConfirmed => ChangeKind.JoinsConfirmed,
        HomeMoving => ChangeKind.HomeMoving,
        HomeMoved => ChangeKind.HomeMoved,
        HomeAbsorbed => ChangeKind.HomeAbsorbed,
        DecisionTaken => ChangeKind.DecisionTaken,
        PolicyAdopted => ChangeKind.PolicyAdopted,
        IdentityChanged changed => KindOf(changed),
        _ => throw new ArgumentException($"Unknown entry {entry.GetType().Name}.", nameof(entry)),
    };

    private static ChangeKind KindOf(IdentityChanged changed)
    {
        var kinds = changed.Changes.Select(static change => change.Kind).Distinct().ToList();
        return kinds is [var only]
            ? only switch
            {
                IdentityChangeKind.Merged => ChangeKind.ProfilesMerged,
                IdentityChangeKind.Split => ChangeKind.ProfilesSplit,
                IdentityChangeKind.AnchorChanged => ChangeKind.AnchorsChanged,
                IdentityChangeKind.LinkRefused => ChangeKind.LinksRefused,
                IdentityChangeKind.Revised => ChangeKind.ProfilesRevised,
                IdentityChangeKind.EventDisplaced => ChangeKind.EventsDisplaced,
                _ => throw new ArgumentException($"Unknown change {only}.", nameof(changed)),
            }
            : ChangeKind.ProfilesRegrouped;
    }
}
