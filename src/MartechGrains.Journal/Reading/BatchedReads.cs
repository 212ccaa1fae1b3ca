using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Reading;

/// <summary>
/// The small reads that every new activation needs, gathered: those asked for at about the same time share one query of
/// the store. Safe to call from many threads. Throws what the store throws, and
/// <see cref="JournalOverloadedException"/> where too many reads wait.
/// </summary>
public sealed class BatchedReads
{
    // What a query brings stays small: at most 8,192 rows of homes.
    private const int MaxHomes = 128;
    private const int MaxPointers = 2_048;

    private readonly ReadBatching<HomeId, List<JournalRow>> _beginnings;
    private readonly ReadBatching<IdentifierKey, PointerRow> _pointers;

    /// <summary>Prepares them.</summary>
    /// <param name="journals">The store's journals; stay the caller's to dispose.</param>
    /// <param name="pointers">Its pointers; stay the caller's to dispose.</param>
    /// <param name="beginning">Rows that <see cref="ReadBeginningAsync"/> reads of a home at most, 1 to 64.</param>
    public BatchedReads(IJournalReads journals, IPointerReads pointers, int beginning)
    {
        ArgumentNullException.ThrowIfNull(journals);
        ArgumentNullException.ThrowIfNull(pointers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beginning);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(beginning, 64);
        _beginnings = new(homes => journals.ReadBeginningsAsync(homes, beginning), MaxHomes);
        _pointers = new(keys => pointers.ReadPointersAsync(keys), MaxPointers);
    }

    /// <summary>The first rows of a home, by seq; none where it has no journal.</summary>
    public async Task<IReadOnlyList<JournalRow>> ReadBeginningAsync(HomeId home, CancellationToken cancellationToken) =>
        (await _beginnings.ReadAsync([home], cancellationToken).ConfigureAwait(false)).TryGetValue(home, out var rows)
            ? rows
            : [];

    /// <summary>The rows of identifiers; one without a row is left out, rows of others may be there.</summary>
    public async Task<IReadOnlyDictionary<IdentifierKey, PointerRow>> ReadPointersAsync(
        IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken) =>
        await _pointers.ReadAsync(identifiers, cancellationToken).ConfigureAwait(false);
}
