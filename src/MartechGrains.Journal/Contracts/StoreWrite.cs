using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;

namespace MartechGrains.Journal.Contracts;

/// <summary>
/// One all-or-nothing write. A batch of them shares a transaction, but each succeeds or fails by itself.
/// </summary>
public abstract record StoreWrite;

/// <summary>
/// Appends rows to one home, consecutive in <c>Seq</c>, together with the home's rows elsewhere. Fenced when a row of
/// that <c>(home, seq)</c> is there already, or when <c>seq - 1</c> is not.
/// </summary>
/// <param name="Rows">At least one row, all of one home.</param>
/// <param name="OpenedJoins">Open joins to remember, by their opaque ids.</param>
/// <param name="ClosedJoins">Open joins to forget.</param>
/// <param name="Moving">The home is on its way (true), has arrived (false), or neither changed (null).</param>
/// <param name="DueAt">
/// When the home next wants a turn; null leaves it, <see cref="NoDue"/> clears it.
/// </param>
public sealed record AppendWrite(
    ImmutableArray<JournalRow> Rows,
    ImmutableArray<ReadOnlyMemory<byte>> OpenedJoins,
    ImmutableArray<ReadOnlyMemory<byte>> ClosedJoins,
    bool? Moving = null,
    IngestTime? DueAt = null) : StoreWrite
{
    /// <summary>Value of <see cref="DueAt"/> that clears a due row.</summary>
    public static readonly IngestTime NoDue = new(long.MaxValue);

    /// <summary>
    /// Events that the rows take out of a profile, kept in quarantine from the same moment on; at most
    /// <see cref="StoreLimits.MaxAppendQuarantined"/>. One whose id is there already changes nothing.
    /// </summary>
    public ImmutableArray<QuarantineRow> Quarantined { get; init; } = [];
}

/// <summary>
/// Compare and set of one pointer: inserts at version 1, or replaces the row whose version is one less. Fenced
/// otherwise.
/// </summary>
/// <param name="Row">The row as it shall be.</param>
/// <param name="Carriers">Carriers of the identifier, inserted or replaced with it; empty for none.</param>
public sealed record PointerWrite(PointerRow Row, ImmutableArray<CarrierRow> Carriers) : StoreWrite
{
    /// <summary>A pointer without carriers in rows of their own.</summary>
    public PointerWrite(PointerRow row)
        : this(row, [])
    {
    }
}

/// <summary>
/// Compare and set of one decision: inserts at version 1, or replaces the row whose version is one less. Fenced
/// otherwise.
/// </summary>
/// <param name="Row">The row as it shall be.</param>
public sealed record DecisionWrite(DecisionRow Row) : StoreWrite;

/// <summary>
/// Inserts (identifier, event) → home if absent. The outcome carries the home that stands there afterwards.
/// </summary>
/// <param name="Identifier">The event's identifier with the smallest key.</param>
/// <param name="Event">The event.</param>
/// <param name="Home">The home this attempt chose.</param>
public sealed record RendezvousWrite(IdentifierKey Identifier, EventHash Event, HomeId Home) : StoreWrite;

/// <summary>Replaces a home's snapshot, unless a newer one (by <paramref name="Seq"/>) is there.</summary>
/// <param name="Home">The home.</param>
/// <param name="Seq">The last row it covers.</param>
/// <param name="Format">The snapshot's format version.</param>
/// <param name="Data">The encoded state, sealed where personal.</param>
public sealed record SnapshotWrite(HomeId Home, int Seq, int Format, ReadOnlyMemory<byte> Data) : StoreWrite;

/// <summary>Keeps a refused event. Repeating a write with the same id changes nothing.</summary>
/// <param name="Row">The event, and why it was refused.</param>
public sealed record QuarantineWrite(QuarantineRow Row) : StoreWrite;
