using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Homes.State;

/// <summary>
/// What a <see cref="JoinLedger"/> knows of one identifier. A home has one for each, and homes are many.
/// </summary>
internal sealed class KeyState
{
    private readonly record struct Join(bool IsOpen, bool IsConfirmed);

    private Join _member;
    private Join _carrier;

    /// <summary>Whether the home carries it, and so reports its neighbours.</summary>
    public bool IsCarried { get; set; }

    public bool IsReportOpen { get; set; }

    /// <summary>Of the report: the sequence number of the entry that opened it last.</summary>
    public int Version { get; set; }

    /// <summary>Of the report: the neighbours last confirmed.</summary>
    public ImmutableArray<Neighbour> Confirmed { get; set; } = [];

    /// <summary>
    /// Of the report: homes this one speaks for, that no confirmed report has named; mostly there are none.
    /// </summary>
    public HashSet<HomeId>? Superseded { get; set; }

    /// <summary>The epoch of its value that the home was told last; 0 where it was told nothing.</summary>
    public long Epoch { get; set; }

    /// <summary>Whether the home was told of its value at all.</summary>
    public bool IsTold => Epoch > 0;

    /// <summary>Whether the value links nothing in that epoch.</summary>
    public bool Inert { get; set; }

    public bool IsUnconfirmed => _member.IsOpen || _carrier.IsOpen;

    public bool IsAnyOpen => IsUnconfirmed || IsReportOpen;

    public bool IsOpen(JoinKind kind) => Of(kind).IsOpen;

    public bool IsConfirmed(JoinKind kind) => Of(kind).IsConfirmed;

    /// <summary>Whether the join is to be opened: a member is a carrier too.</summary>
    public bool Needs(JoinKind kind) =>
        !_member.IsConfirmed && (kind == JoinKind.Member || !_carrier.IsConfirmed);

    public void SetOpen(JoinKind kind, bool isOpen) => Of(kind) = Of(kind) with { IsOpen = isOpen };

    public void Confirm(JoinKind kind) => Of(kind) = Of(kind) with { IsConfirmed = true };

    private ref Join Of(JoinKind kind) => ref kind == JoinKind.Member ? ref _member : ref _carrier;
}
