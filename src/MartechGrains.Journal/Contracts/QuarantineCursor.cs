using MartechGrains.Core.Time;

namespace MartechGrains.Journal.Contracts;

/// <summary>Where a page of quarantined events ended. Pages run from the newest to the oldest.</summary>
/// <param name="ReceivedAt">When the page's last event was received.</param>
/// <param name="Id">Its id.</param>
public readonly record struct QuarantineCursor(IngestTime ReceivedAt, Guid Id)
{
    /// <summary>Before the newest event.</summary>
    public static QuarantineCursor Start { get; } = new(new IngestTime(long.MaxValue), Guid.AllBitsSet);

    /// <summary>The cursor after <paramref name="row"/>.</summary>
    public static QuarantineCursor After(QuarantineRow row) => new(row.ReceivedAt, row.Id);
}
