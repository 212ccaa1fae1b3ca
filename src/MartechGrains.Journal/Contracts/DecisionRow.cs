using MartechGrains.Core.Curation;
using MartechGrains.Core.Time;

namespace MartechGrains.Journal.Contracts;

/// <summary>
/// One decision of an operator, as the list of decisions keeps it; its effect is in the journals of homes. It changes
/// by compare and set on <paramref name="Version"/> only.
/// </summary>
/// <param name="Id">The decision.</param>
/// <param name="Version">1 at first insert, then one more with each change.</param>
/// <param name="At">When it was asked for; never changes.</param>
/// <param name="Unfinished">Whether it may not have reached all the homes that it is about.</param>
/// <param name="State">The decision itself, sealed.</param>
public sealed record DecisionRow(
    DecisionId Id, int Version, IngestTime At, bool Unfinished, ReadOnlyMemory<byte> State);

/// <summary>Where a page of decisions ended. Pages run from the newest to the oldest.</summary>
/// <param name="At">When the page's last decision was asked for.</param>
/// <param name="Id">Its id.</param>
public readonly record struct DecisionCursor(IngestTime At, DecisionId Id)
{
    /// <summary>Before the newest decision.</summary>
    public static DecisionCursor Start { get; } = new(new IngestTime(long.MaxValue), new DecisionId(UInt128.MaxValue));

    /// <summary>The cursor after <paramref name="row"/>.</summary>
    public static DecisionCursor After(DecisionRow row) => new(row.At, row.Id);
}
