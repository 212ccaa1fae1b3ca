using System.Diagnostics.CodeAnalysis;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>
/// Something a home's machine wants done before it goes on. Effects that are needed at every turn are made once and
/// filled anew, so one is to be carried out before the next is asked for, and is not to be kept.
/// </summary>
public abstract class HomeEffect
{
    private protected HomeEffect()
    {
    }
}

/// <summary>An effect whose outcome the machine needs.</summary>
/// <typeparam name="TReply">The outcome's type.</typeparam>
public abstract class HomeEffect<TReply> : HomeEffect
{
    private protected HomeEffect()
    {
    }

    /// <summary>What came of it.</summary>
    [MaybeNull]
    public TReply Reply { get; set; }
}

/// <summary>
/// Wait until no activation before this one can answer: until the lease of the silo where the home was has run out, if
/// that silo did not hand over (rule H11). What is loaded afterwards is all that was ever acknowledged.
/// </summary>
public sealed class AwaitLeaseEffect : HomeEffect;

/// <summary>Read rows of a journal, decoded. Reply: the next page in order; empty where there are no more.</summary>
public sealed class ReadRowsEffect : HomeEffect<IReadOnlyList<HomeEntry>>
{
    /// <summary>The reading that a home begins with, and after which its entries are appended.</summary>
    public const int OwnReading = ReadingNumbers.Own;

    /// <summary>Most rows of one reply.</summary>
    public const int PageSize = 64;

    internal ReadRowsEffect(HomeId home, int reading) => (Home, Reading) = (home, reading);

    /// <summary>The home.</summary>
    public HomeId Home { get; }

    /// <summary>
    /// Which going-through of a journal it is: pages of one continue each other. <see cref="OwnReading"/> is
    /// the one after which the home's own entries are appended.
    /// </summary>
    public int Reading { get; }

    /// <summary>Sequence number after which to read.</summary>
    public int After { get; internal set; }

    /// <summary>Sequence number up to which to read.</summary>
    public int UpTo { get; internal set; }
}

/// <summary>
/// Read the newest snapshot of the home that is of this very journal. Reply: it, or null. Own rows then follow it.
/// </summary>
public sealed class ReadSnapshotEffect : HomeEffect<HomeSnapshot?>;

/// <summary>
/// Write a snapshot of the home as it is on disk, beside what comes. Reply: whether that was begun.
/// </summary>
public sealed class WriteSnapshotEffect : HomeEffect<SnapshotStart>
{
    internal WriteSnapshotEffect(HomeSnapshot snapshot) => Snapshot = snapshot;

    /// <summary>The home at its newest row; to be taken down before the machine goes on.</summary>
    public HomeSnapshot Snapshot { get; }
}

/// <summary>What came of an attempt to write a snapshot.</summary>
public enum SnapshotStart : byte
{
    /// <summary>Others are being written: ask again after the next turn.</summary>
    Busy,

    /// <summary>It is being written; should that fail, the next one that is due makes up for it.</summary>
    Begun,

    /// <summary>The home is larger than snapshots may be, and homes only grow.</summary>
    TooLarge,
}

/// <summary>Learn of policy versions up to one that the home has met. Reply: all versions known then.</summary>
public sealed class LearnPolicyEffect : HomeEffect<IdentityPolicies>
{
    internal LearnPolicyEffect(int version) => Version = version;

    /// <summary>The version.</summary>
    public int Version { get; }
}

/// <summary>
/// Append entries, which are folded already, in one commit. If it does not succeed memory and disk may differ: the
/// machine is to be thrown away.
/// </summary>
public sealed class AppendEffect : HomeEffect
{
    internal AppendEffect()
    {
    }

    /// <summary>The entries, in the order in which they were folded.</summary>
    public IReadOnlyList<HomeEntry> Entries { get; internal set; } = [];

    /// <summary>Sequence number of the last of them.</summary>
    public int LastSeq { get; internal set; }

    /// <summary>Whether the store is to note, or to forget, that the home has open joins; null for neither.</summary>
    public bool? HasOpenJoins { get; internal set; }

    /// <summary>Whether the store is to note, or to forget, that the home is moving; null for neither.</summary>
    public bool? IsMoving { get; internal set; }

    /// <summary>
    /// Events that were accepted and count no more from these entries on: each is to be in quarantine, with its bytes,
    /// when the entries are on disk (rule H34).
    /// </summary>
    public IReadOnlyList<JournaledBody> Displaced { get; internal set; } = [];
}

/// <summary>Hand the answer of a message over.</summary>
public sealed class ReplyEffect : HomeEffect
{
    internal ReplyEffect()
    {
    }

    /// <summary>The message, with its answer.</summary>
    public Message Message { get; internal set; } = null!;
}

/// <summary>Let lookups find a view. It shows what is on disk.</summary>
public sealed class PublishEffect : HomeEffect
{
    internal PublishEffect()
    {
    }

    /// <summary>The view.</summary>
    public HomeView View { get; internal set; } = null!;
}

/// <summary>
/// Let lookups find the view no more. Reply: whether any lookup had found it, so that the next one is worth publishing.
/// </summary>
public sealed class WithdrawEffect : HomeEffect<bool>
{
    internal WithdrawEffect()
    {
    }

    /// <summary>The view.</summary>
    public HomeView View { get; internal set; } = null!;
}

/// <summary>Ask a smaller home to take this one in. Reply: never <see cref="AbsorbedAnswer.No"/>.</summary>
public sealed class AbsorbEffect : HomeEffect<AbsorbReply>
{
    internal AbsorbEffect(HomeId winner, HomeId loser, int head) => (Winner, Loser, Head) = (winner, loser, head);

    /// <summary>The smaller home.</summary>
    public HomeId Winner { get; }

    /// <summary>This home.</summary>
    public HomeId Loser { get; }

    /// <summary>Its last row with evidence.</summary>
    public int Head { get; }
}

/// <summary>Ask a smaller home whether it has taken this one in.</summary>
public sealed class HasAbsorbedEffect : HomeEffect<AbsorbReply>
{
    internal HasAbsorbedEffect(HomeId winner, HomeId loser, int head) => (Winner, Loser, Head) = (winner, loser, head);

    /// <summary>The smaller home.</summary>
    public HomeId Winner { get; }

    /// <summary>This home.</summary>
    public HomeId Loser { get; }

    /// <summary>Its last row with evidence.</summary>
    public int Head { get; }
}

/// <summary>
/// Alert: links have come to connect more identifiers than the policy's <see cref="IdentityPolicy.MaxIdentifiers"/>.
/// </summary>
public sealed class OversizeEffect : HomeEffect
{
    internal OversizeEffect()
    {
    }
}
