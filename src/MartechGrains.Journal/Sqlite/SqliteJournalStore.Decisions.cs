using MartechGrains.Core.Curation;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Sqlite;

/// <content>Operators' decisions.</content>
public sealed partial class SqliteJournalStore
{
    /// <inheritdoc/>
    public async Task<DecisionRow?> ReadDecisionAsync(DecisionId id, CancellationToken cancellationToken = default) =>
        (await ReadAsync(
            session => session.Get(SqliteSql.ReadDecision).BindKey(id.Bits), Decision, cancellationToken)
            .ConfigureAwait(false)).SingleOrDefault();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DecisionRow>> ReadDecisionsAsync(
        DecisionCursor? after, int limit, CancellationToken cancellationToken = default)
    {
        var (at, id) = after ?? DecisionCursor.Start;
        return await ReadAsync(
            session => session.Get(SqliteSql.ReadDecisions).Bind(at.Milliseconds).BindKey(id.Bits).Bind(Page(limit)),
            Decision, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DecisionRow>> ReadUnfinishedDecisionsAsync(
        DecisionId? after, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            session =>
            {
                var statement = session.Get(SqliteSql.ReadUnfinishedDecisions);
                statement = after is { } id ? statement.BindKey(id.Bits) : statement.Bind([]);
                return statement.Bind(Page(limit));
            },
            Decision, cancellationToken).ConfigureAwait(false);

    private static DecisionRow Decision(SqliteStatement row) =>
        new(new DecisionId(row.Key(0)), row.Int(1), new IngestTime(row.Number(2)), row.Int(3) != 0, row.Bytes(4));
}
