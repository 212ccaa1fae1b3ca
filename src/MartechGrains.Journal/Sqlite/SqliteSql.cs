namespace MartechGrains.Journal.Sqlite;

/// <summary>The statements of the SQLite store.</summary>
internal static class SqliteSql
{
    public const string RowColumns = "home, seq, kind, entry, hash, wrapped_key";

    public const string NextPosition = "SELECT coalesce(max(position), 0) + 1 FROM journal";

    public const string InsertRow =
        $"INSERT INTO journal ({RowColumns}, writer, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

    public const string NewestRow = $"SELECT {RowColumns} FROM journal ORDER BY position DESC LIMIT 1";

    public const string InsertHeads = "INSERT INTO batch_head (batch, heads) VALUES (?, ?)";

    public const string ReadHeads = "SELECT batch, heads FROM batch_head WHERE batch > ? ORDER BY batch LIMIT ?";

    public const string ReadAllPointers = """
        SELECT identifier, version, home, flags, state FROM pointer WHERE identifier > ? ORDER BY identifier LIMIT ?
        """;

    public const string Head = "SELECT max(seq) FROM journal WHERE home = ?";

    public const string InsertPointer = """
        INSERT INTO pointer (version, home, flags, state, identifier) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """;

    public const string UpdatePointer = """
        UPDATE pointer SET version = ?, home = ?, flags = ?, state = ? WHERE identifier = ? AND version = ?
        """;

    public const string PutCarrier = """
        INSERT INTO carrier (identifier, home, handled, state) VALUES (?, ?, ?, ?)
        ON CONFLICT (identifier, home) DO UPDATE SET handled = excluded.handled, state = excluded.state
        """;

    public const string InsertDecision = """
        INSERT INTO decision (version, at, unfinished, state, id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """;

    public const string UpdateDecision =
        "UPDATE decision SET version = ?, at = ?, unfinished = ?, state = ? WHERE id = ? AND version = ?";

    public const string InsertRendezvous =
        "INSERT INTO rendezvous (identifier, event, home) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";

    public const string Rendezvous = "SELECT home FROM rendezvous WHERE identifier = ? AND event = ?";

    public const string OpenJoin = "INSERT INTO open_join (home, id) VALUES (?, ?) ON CONFLICT DO NOTHING";

    public const string CloseJoin = "DELETE FROM open_join WHERE home = ? AND id = ?";

    public const string StartMoving = "INSERT INTO moving (home) VALUES (?) ON CONFLICT DO NOTHING";

    public const string StopMoving = "DELETE FROM moving WHERE home = ?";

    public const string SetDue = """
        INSERT INTO due (home, due_at) VALUES (?, ?) ON CONFLICT (home) DO UPDATE SET due_at = excluded.due_at
        """;

    public const string ClearDue = "DELETE FROM due WHERE home = ?";

    public const string PutSnapshot = """
        INSERT INTO snapshot (home, seq, format, data) VALUES (?, ?, ?, ?)
        ON CONFLICT (home) DO UPDATE SET seq = excluded.seq, format = excluded.format, data = excluded.data
        WHERE snapshot.seq < excluded.seq
        """;

    private const string QuarantineReason = "id, source, event_id, received_at, reason, field, detail";

    public const string QuarantineColumns = $"{QuarantineReason}, raw";

    public const string PutQuarantine =
        $"INSERT INTO quarantine ({QuarantineColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

    public const string RegisterWriter = """
        INSERT INTO writer (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING number
        """;

    public const string PutProbe = "INSERT OR REPLACE INTO write_probe (one, value) VALUES (1, ?)";

    public const string ReadKeyCheck = "SELECT value FROM key_check WHERE one = 1";

    public const string KeepKeyCheck = "INSERT INTO key_check (one, value) VALUES (1, ?) ON CONFLICT DO NOTHING";

    public const string HasRow = "SELECT 1 FROM journal WHERE home = ? AND seq = ? AND hash = ?";

    public const string HasPointer = """
        SELECT 1 FROM pointer WHERE version = ? AND home = ? AND flags = ? AND state = ? AND identifier = ?
        """;

    public const string HasDecision =
        "SELECT 1 FROM decision WHERE version = ? AND at = ? AND unfinished = ? AND state = ? AND id = ?";

    public const string HasSnapshot = "SELECT 1 FROM snapshot WHERE home = ? AND seq >= ?";

    public const string HasQuarantine = "SELECT 1 FROM quarantine WHERE id = ?";

    public const string ReadHome =
        $"SELECT {RowColumns} FROM journal WHERE home = ? AND seq BETWEEN ? AND ? ORDER BY seq LIMIT ?";

    public const string ReadSnapshot = "SELECT seq, format, data FROM snapshot WHERE home = ?";

    public const string ReadPointer = "SELECT version, home, flags, state FROM pointer WHERE identifier = ?";

    public const string ReadFlaggedPointers = """
        SELECT identifier, version, home, flags, state FROM pointer
        WHERE flags <> 0 AND flags & ? <> 0 AND identifier > ? ORDER BY identifier LIMIT ?
        """;

    public const string ReadCarrier = "SELECT home, handled, state FROM carrier WHERE identifier = ? AND home = ?";

    public const string ReadCarriers =
        "SELECT home, handled, state FROM carrier WHERE identifier = ? AND home > ? ORDER BY home LIMIT ?";

    public const string ReadUnhandledCarriers =
        "SELECT home, handled, state FROM carrier WHERE identifier = ? AND handled < ? ORDER BY home LIMIT ?";

    public const string DecisionColumns = "id, version, at, unfinished, state";

    public const string ReadDecision = $"SELECT {DecisionColumns} FROM decision WHERE id = ?";

    public const string ReadDecisions = $"""
        SELECT {DecisionColumns} FROM decision WHERE (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ?
        """;

    public const string ReadUnfinishedDecisions =
        $"SELECT {DecisionColumns} FROM decision WHERE unfinished = 1 AND id > ? ORDER BY id LIMIT ?";

    public const string ReadOpenJoins = "SELECT id FROM open_join WHERE home = ? ORDER BY id";

    public const string ReadHomes = "SELECT home FROM journal WHERE seq = 1 AND home > ?1 ORDER BY home LIMIT ?2";

    public const string ReadUnfinished = """
        SELECT home FROM (SELECT DISTINCT home FROM open_join WHERE home > ?1 ORDER BY home LIMIT ?2)
        UNION SELECT home FROM (SELECT home FROM moving WHERE home > ?1 ORDER BY home LIMIT ?2)
        ORDER BY home LIMIT ?2
        """;

    public const string ReadDue = "SELECT home, due_at FROM due WHERE due_at <= ? ORDER BY due_at, home LIMIT ?";

    public const string ReadQuarantine = $"""
        SELECT {QuarantineReason}, x''
        FROM quarantine WHERE (received_at, id) < (?, ?)
        ORDER BY received_at DESC, id DESC LIMIT ?
        """;

    public const string ReadQuarantined = $"SELECT {QuarantineColumns} FROM quarantine WHERE id = ?";

    public const string ReadWrappedKeys =
        "SELECT seq, wrapped_key FROM journal WHERE home = ? AND wrapped_key IS NOT NULL ORDER BY seq";

    public const string ReadFeed = $"""
        SELECT {RowColumns}, writer, batch FROM journal WHERE position >= ? AND batch > ? ORDER BY position LIMIT ?
        """;

    public const string ReadWriterOfBatch = "SELECT writer FROM journal WHERE position = ?1 AND batch = ?1";

    public const string ReadFeedBatch = $"""
        SELECT {RowColumns}, writer, batch FROM journal WHERE position >= ?1 AND batch = ?1 ORDER BY position LIMIT ?2
        """;
}
