using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Contracts;

/// <summary>
/// Reads what tells whether the store still has all that was committed. Reads may run side by side, see what was
/// committed before they began, and throw <see cref="StoreUnavailableException"/> when the store cannot be reached.
/// </summary>
public interface IVerificationReads
{
    /// <summary>
    /// What batches appended to, by number, after <paramref name="after"/> (0: from the first). Batches that were
    /// committed by programs of before have none.
    /// </summary>
    Task<IReadOnlyList<BatchHeads>> ReadBatchHeadsAsync(
        long after, int limit, CancellationToken cancellationToken = default);

    /// <summary>All pointers, by identifier, after <paramref name="after"/> (null: from the first).</summary>
    Task<IReadOnlyList<PointerRow>> ReadAllPointersAsync(
        IdentifierKey? after, int limit, CancellationToken cancellationToken = default);
}
