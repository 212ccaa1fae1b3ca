using MartechGrains.Core.Curation;

namespace MartechGrains.Journal.Contracts;

/// <summary>
/// One decision of an operator, as the list of decisions keeps it; its effect is in the journals of homes. It changes
/// by compare and set on <paramref name="Version"/> only.
/// </summary>
/// <param name="Id">The decision.</param>
/// <param name="Version">1 at first insert, then one more with each change.</param>
/// <param name="At">When it was asked for, in milliseconds since 1970 UTC; never changes.</param>
/// <param name="Unfinished">Whether it may not have reached all the homes that it is about.</param>
/// <param name="State">The decision itself, sealed.</param>
public sealed record DecisionRow(DecisionId Id, int Version, long At, bool Unfinished, ReadOnlyMemory<byte> State);

/// <summary>Where a page of decisions ended. Pages run from the newest to the oldest.</summary>
/// <param name="At">When the page's last decision was asked for, in milliseconds since 1970 UTC.</param>
/// <param name="Id">Its id.</param>
public readonly record struct DecisionCursor(long At, DecisionId Id)
{
    /// <summary>Before the newest decision.</summary>
    public static DecisionCursor Start { get; } = new(long.MaxValue, new DecisionId(UInt128.MaxValue));

    /// <summary>The cursor after <paramref name="row"/>.</summary>
    public static DecisionCursor After(DecisionRow row) => new(row.At, row.Id);
}
