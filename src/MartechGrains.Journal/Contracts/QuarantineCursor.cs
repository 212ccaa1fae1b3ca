namespace MartechGrains.Journal.Contracts;

/// <summary>Where a page of quarantined events ended. Pages run from the newest to the oldest.</summary>
/// <param name="ReceivedAt">Ingest time of the page's last event, in milliseconds since 1970 UTC.</param>
/// <param name="Id">Its id.</param>
public readonly record struct QuarantineCursor(long ReceivedAt, Guid Id)
{
    /// <summary>Before the newest event.</summary>
    public static QuarantineCursor Start { get; } = new(long.MaxValue, Guid.AllBitsSet);

    /// <summary>The cursor after <paramref name="row"/>.</summary>
    public static QuarantineCursor After(QuarantineRow row) => new(row.ReceivedAt, row.Id);
}
