using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Contracts;

/// <summary>
/// Reads pointers and the carriers of values. Reads may run side by side, see what was committed before they began, and
/// throw <see cref="StoreUnavailableException"/> when the store cannot be reached.
/// </summary>
public interface IPointerReads
{
    /// <summary>The rows of those identifiers that have one, in one round trip.</summary>
    Task<Dictionary<IdentifierKey, PointerRow>> ReadPointersAsync(
        IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken = default);

    /// <summary>
    /// Pointers with any of the given flags, by identifier, after <paramref name="after"/> (null: from the first).
    /// </summary>
    Task<IReadOnlyList<PointerRow>> ReadFlaggedPointersAsync(
        PointerFlags flags, IdentifierKey? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Those of the given homes that are carriers of a value in rows of their own.</summary>
    Task<IReadOnlyList<CarrierRow>> ReadCarriersAsync(
        IdentifierKey identifier, IReadOnlyCollection<HomeId> homes, CancellationToken cancellationToken = default);

    /// <summary>
    /// Carriers of a value in rows of their own, by home, after <paramref name="after"/> (null: from the first).
    /// </summary>
    Task<IReadOnlyList<CarrierRow>> ReadCarriersAsync(
        IdentifierKey identifier, HomeId? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>Carriers of a value that were not handled for an epoch, by home.</summary>
    Task<IReadOnlyList<CarrierRow>> ReadUnhandledCarriersAsync(
        IdentifierKey identifier, long epoch, int limit, CancellationToken cancellationToken = default);
}
