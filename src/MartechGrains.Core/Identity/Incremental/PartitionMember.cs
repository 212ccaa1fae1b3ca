using System.Collections.Immutable;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Identity.Incremental;

/// <summary>What was last emitted of an identifier.</summary>
internal readonly record struct EmittedProfile(ResolvedProfile Profile, bool IsLinkable, bool IsContested);

/// <summary>
/// An identifier of a <see cref="PartitionGroups"/>, and what is known of its group where it is the root.
/// </summary>
internal sealed class PartitionMember(Identifier identifier)
{
    private List<ImmutableArray<Identifier>>? _waiting;

    public Identifier Identifier { get; } = identifier;

    /// <summary>Earliest event time, as in <see cref="LinkTable.Earliest"/>.</summary>
    public EventTime Earliest { get; set; } = LinkTable.NoTime;

    public bool IsBlocked { get; init; }

    public bool IsGeneric { get; init; }

    public bool IsUnconfirmed { get; set; }

    public bool IsContested { get; init; }

    public bool IsLinkable => !IsBlocked && !IsGeneric && !IsUnconfirmed;

    public bool IsTouched { get; set; }

    public EmittedProfile? Emitted { get; set; }

    public bool IsAsEmitted =>
        Emitted is { } emitted && emitted.IsLinkable == IsLinkable && emitted.IsContested == IsContested;

    public AnchorRank AnchorRank => new(!IsLinkable, IsContested, Earliest);

    /// <summary>Of a root: the member that anchors the profile.</summary>
    public int Anchor { get; set; }

    /// <summary>Of a root: whether a pair with it was refused.</summary>
    public bool HasRefusals { get; set; }

    /// <summary>
    /// Of a root: the profile when it was last asked for. It lacks what came since (<see cref="Added"/>), and may have
    /// another anchor by now.
    /// </summary>
    public ResolvedProfile? Profile { get; set; }

    /// <summary>Of a root: what came to the group after <see cref="Profile"/>.</summary>
    public List<Identifier>? Added { get; set; }

    /// <summary>Keeps a set that will link once the join has closed.</summary>
    public void WaitFor(ImmutableArray<Identifier> identifiers)
    {
        if (IsUnconfirmed && !IsGeneric)
            (_waiting ??= []).Add(identifiers);
    }

    public List<ImmutableArray<Identifier>> TakeWaiting()
    {
        var waiting = _waiting ?? [];
        _waiting = null;
        return waiting;
    }

    public void Emit(ResolvedProfile profile) => Emitted = new EmittedProfile(profile, IsLinkable, IsContested);
}
