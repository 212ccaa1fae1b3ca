using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using Npgsql;
using static MartechGrains.Journal.Postgres.Statements;

namespace MartechGrains.Journal.Postgres;

/// <content>Flagged pointers, and the homes that carry a value.</content>
public sealed partial class PostgresJournalStore
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<PointerRow>> ReadFlaggedPointersAsync(
        PointerFlags flags, IdentifierKey? after, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            PostgresSql.ReadFlaggedPointers, Pointer, cancellationToken,
            Value((short)flags), Optional(after?.ToGuid()), Value(Page(limit))).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CarrierRow>> ReadCarriersAsync(
        IdentifierKey identifier, IReadOnlyCollection<HomeId> homes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(homes);
        return await ReadAsync(
            PostgresSql.ReadSomeCarriers, row => Carrier(identifier, row), cancellationToken,
            Value(identifier.ToGuid()), Uuids([.. homes.Select(home => home.Founder.ToGuid())])).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CarrierRow>> ReadCarriersAsync(
        IdentifierKey identifier, HomeId? after, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            PostgresSql.ReadCarriers, row => Carrier(identifier, row), cancellationToken,
            Value(identifier.ToGuid()), Optional(after?.Founder.ToGuid()), Value(Page(limit))).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CarrierRow>> ReadUnhandledCarriersAsync(
        IdentifierKey identifier, long epoch, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            PostgresSql.ReadUnhandledCarriers, row => Carrier(identifier, row), cancellationToken,
            Value(identifier.ToGuid()), Value(epoch), Value(Page(limit))).ConfigureAwait(false);

    private static CarrierRow Carrier(IdentifierKey identifier, NpgsqlDataReader row) => new(
        identifier, new HomeId(IdentifierKey.FromGuid(row.GetGuid(0))), row.GetInt64(1),
        row.GetFieldValue<byte[]>(2));
}
