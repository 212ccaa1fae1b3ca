using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Sqlite;

/// <content>Flagged pointers, and the homes that carry a value.</content>
public sealed partial class SqliteJournalStore
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<PointerRow>> ReadFlaggedPointersAsync(
        PointerFlags flags, IdentifierKey? after, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            session =>
            {
                var statement = session.Get(SqliteSql.ReadFlaggedPointers).Bind((long)flags);
                statement = after is { } key ? statement.BindKey(key.Bits) : statement.Bind([]);
                return statement.Bind(Page(limit));
            },
            ListedPointer,
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CarrierRow>> ReadCarriersAsync(
        IdentifierKey identifier, IReadOnlyCollection<HomeId> homes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(homes);
        return _readers.ReadAsync<IReadOnlyList<CarrierRow>>(
            session =>
            {
                var found = new List<CarrierRow>(homes.Count);
                foreach (var home in homes)
                {
                    var row = session.Get(SqliteSql.ReadCarrier).BindKey(identifier.Bits).BindKey(home.Founder.Bits);
                    if (row.Step())
                        found.Add(Carrier(identifier, row));
                    row.Reset();
                }
                return found;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CarrierRow>> ReadCarriersAsync(
        IdentifierKey identifier, HomeId? after, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            session =>
            {
                var statement = session.Get(SqliteSql.ReadCarriers).BindKey(identifier.Bits);
                statement = after is { } home ? statement.BindKey(home.Founder.Bits) : statement.Bind([]);
                return statement.Bind(Page(limit));
            },
            row => Carrier(identifier, row),
            cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CarrierRow>> ReadUnhandledCarriersAsync(
        IdentifierKey identifier, long epoch, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            session => session.Get(SqliteSql.ReadUnhandledCarriers)
                .BindKey(identifier.Bits).Bind(epoch).Bind(Page(limit)),
            row => Carrier(identifier, row),
            cancellationToken).ConfigureAwait(false);

    private static CarrierRow Carrier(IdentifierKey identifier, SqliteStatement row) =>
        new(identifier, new HomeId(new(row.Key(0))), row.Number(1), row.Bytes(2));
}
