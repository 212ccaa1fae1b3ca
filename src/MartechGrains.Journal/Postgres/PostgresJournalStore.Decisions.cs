using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using Npgsql;
using static MartechGrains.Journal.Postgres.Statements;

namespace MartechGrains.Journal.Postgres;

/// <content>Operators' decisions.</content>
public sealed partial class PostgresJournalStore
{
    /// <inheritdoc/>
    public async Task<DecisionRow?> ReadDecisionAsync(DecisionId id, CancellationToken cancellationToken = default) =>
        (await ReadAsync(PostgresSql.ReadDecision, Decision, cancellationToken, Value(Uuid(id)))
            .ConfigureAwait(false)).SingleOrDefault();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DecisionRow>> ReadDecisionsAsync(
        DecisionCursor? after, int limit, CancellationToken cancellationToken = default)
    {
        var (at, id) = after ?? DecisionCursor.Start;
        return await ReadAsync(
            PostgresSql.ReadDecisions, Decision, cancellationToken,
            Value(at.Milliseconds), Value(Uuid(id)), Value(Page(limit)))
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DecisionRow>> ReadUnfinishedDecisionsAsync(
        DecisionId? after, int limit, CancellationToken cancellationToken = default) =>
        await ReadAsync(
            PostgresSql.ReadUnfinishedDecisions, Decision, cancellationToken,
            Optional(after is { } id ? Uuid(id) : null), Value(Page(limit))).ConfigureAwait(false);

    private static DecisionRow Decision(NpgsqlDataReader row) => new(
        new DecisionId(IdentifierKey.FromGuid(row.GetGuid(0)).Bits), row.GetInt32(1), new IngestTime(row.GetInt64(2)),
        row.GetBoolean(3), row.GetFieldValue<byte[]>(4));

    private static Guid Uuid(DecisionId id) => new IdentifierKey(id.Bits).ToGuid();
}
