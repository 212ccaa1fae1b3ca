namespace MartechGrains.Journal.Contracts;

/// <summary>
/// Reads events that are quarantined. Reads may run side by side, see what was committed before they began, and throw
/// <see cref="StoreUnavailableException"/> when the store cannot be reached.
/// </summary>
public interface IQuarantineReads
{
    /// <summary>
    /// Quarantined events, newest first, after a cursor (null: from the newest); without their raw bytes, which may be
    /// megabytes each.
    /// </summary>
    Task<IReadOnlyList<QuarantineRow>> ReadQuarantineAsync(
        QuarantineCursor? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>One quarantined event, or null.</summary>
    Task<QuarantineRow?> ReadQuarantinedAsync(Guid id, CancellationToken cancellationToken = default);
}
