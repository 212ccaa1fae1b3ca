namespace MartechGrains.Journal.Postgres;

/// <summary>The statements of the PostgreSQL store.</summary>
internal static class PostgresSql
{
    public const string Begin = "BEGIN ISOLATION LEVEL READ COMMITTED";

    // Held until the transaction is visible or gone: commits of one writer become visible one after another, and
    // whoever holds the lock knows that no earlier transaction of that writer is still under way.
    public const string LockWriter = "SELECT pg_advisory_xact_lock($1, $2)";

    public const string NextBatch = "SELECT nextval('journal_batch')";

    public const string Heads =
        "SELECT u.home, coalesce((SELECT max(j.seq) FROM journal j WHERE j.home = u.home), 0) FROM unnest($1) u(home)";

    public const string Clock = "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    public const string InsertHeads = "INSERT INTO batch_head (batch, heads) VALUES ($1, $2)";

    public const string ReadHeads = "SELECT batch, heads FROM batch_head WHERE batch > $1 ORDER BY batch LIMIT $2";

    public const string ReadAllPointers = """
        SELECT identifier, version, home, flags, state FROM pointer
        WHERE ($1::uuid IS NULL OR identifier > $1) ORDER BY identifier LIMIT $2
        """;

    public const string InsertPointers = """
        INSERT INTO pointer (identifier, home, version, flags, state)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        ON CONFLICT (identifier) DO NOTHING RETURNING identifier
        """;

    public const string UpdatePointers = """
        UPDATE pointer p SET home = u.home, version = u.version, flags = u.flags, state = u.state
        FROM unnest($1, $2, $3, $4, $5) u(identifier, home, version, flags, state)
        WHERE p.identifier = u.identifier AND p.version = u.version - 1 RETURNING p.identifier
        """;

    public const string PutCarriers = """
        INSERT INTO carrier (identifier, home, handled, state) SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (identifier, home) DO UPDATE SET handled = excluded.handled, state = excluded.state
        """;

    public const string InsertRendezvous = """
        INSERT INTO rendezvous (identifier, event, home) SELECT * FROM unnest($1, $2, $3) ON CONFLICT DO NOTHING
        """;

    public const string ReadRendezvous = """
        SELECT r.identifier, r.event, r.home FROM unnest($1, $2) u(identifier, event)
        JOIN rendezvous r ON r.identifier = u.identifier AND r.event = u.event
        """;

    public const string OpenJoins =
        "INSERT INTO open_join (home, id) SELECT * FROM unnest($1, $2) ON CONFLICT DO NOTHING";

    public const string CloseJoins =
        "DELETE FROM open_join o USING unnest($1, $2) u(home, id) WHERE o.home = u.home AND o.id = u.id";

    public const string StartMoving = "INSERT INTO moving (home) SELECT * FROM unnest($1) ON CONFLICT DO NOTHING";

    public const string StopMoving = "DELETE FROM moving WHERE home = ANY($1)";

    public const string SetDue = """
        INSERT INTO due (home, due_at) SELECT * FROM unnest($1, $2)
        ON CONFLICT (home) DO UPDATE SET due_at = excluded.due_at
        """;

    public const string ClearDue = "DELETE FROM due WHERE home = ANY($1)";

    public const string PutSnapshots = """
        INSERT INTO snapshot (home, seq, format, data) SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (home) DO UPDATE SET seq = excluded.seq, format = excluded.format, data = excluded.data
        WHERE snapshot.seq < excluded.seq
        """;

    public const string DecisionColumns = "id, version, at, unfinished, state";

    public const string InsertDecision = $"""
        INSERT INTO decision ({DecisionColumns}) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id
        """;

    public const string UpdateDecision = """
        UPDATE decision SET version = $2, unfinished = $4, state = $5 WHERE id = $1 AND version = $2 - 1 AND at = $3
        RETURNING id
        """;

    public const string PresentDecision = """
        SELECT 1 FROM decision WHERE id = $1 AND version = $2 AND at = $3 AND unfinished = $4 AND state = $5
        """;

    public const string ReadDecision = $"SELECT {DecisionColumns} FROM decision WHERE id = $1";

    public const string ReadDecisions = $"""
        SELECT {DecisionColumns} FROM decision WHERE (at, id) < ($1, $2) ORDER BY at DESC, id DESC LIMIT $3
        """;

    public const string ReadUnfinishedDecisions = $"""
        SELECT {DecisionColumns} FROM decision WHERE unfinished AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2
        """;

    private const string QuarantineReason = "id, received_at, source, event_id, reason, field, detail";

    public const string QuarantineColumns = $"{QuarantineReason}, raw";

    public const string PutQuarantine = $"""
        INSERT INTO quarantine ({QuarantineColumns}) SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (id) DO NOTHING
        """;

    public const string RegisterWriter = """
        INSERT INTO writer (name) VALUES ($1) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING number
        """;

    public const string PutProbe = """
        INSERT INTO write_probe (one, value) VALUES (true, $1) ON CONFLICT (one) DO UPDATE SET value = excluded.value
        """;

    public const string ReadKeyCheck = "SELECT value FROM key_check WHERE one";

    public const string KeepKeyCheck = "INSERT INTO key_check (one, value) VALUES (true, $1) ON CONFLICT DO NOTHING";

    public const string EndLockHolders = """
        SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND classid = $1::bigint::oid AND objid = $2::bigint::oid AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()
        """;

    public const string PresentRows = """
        SELECT u.at FROM unnest($1, $2, $3, $4) u(at, home, seq, hash)
        JOIN journal j ON j.home = u.home AND j.seq = u.seq AND j.hash = u.hash
        """;

    public const string PresentPointers = """
        SELECT u.at FROM unnest($1, $2, $3, $4, $5, $6) u(at, identifier, home, version, flags, state)
        JOIN pointer p ON p.identifier = u.identifier AND p.version = u.version AND p.home = u.home
        AND p.flags = u.flags AND p.state = u.state
        """;

    public const string PresentRendezvous = """
        SELECT u.at FROM unnest($1, $2, $3, $4) u(at, identifier, event, home)
        JOIN rendezvous r ON r.identifier = u.identifier AND r.event = u.event AND r.home = u.home
        """;

    public const string PresentSnapshots = """
        SELECT u.at FROM unnest($1, $2, $3) u(at, home, seq) JOIN snapshot s ON s.home = u.home AND s.seq >= u.seq
        """;

    public const string PresentQuarantine =
        "SELECT u.at FROM unnest($1, $2) u(at, id) JOIN quarantine q ON q.id = u.id";

    public const string RowColumns = "home, seq, kind, entry, hash, wrapped_key";

    public const string ReadHome =
        $"SELECT {RowColumns} FROM journal WHERE home = $1 AND seq BETWEEN $2 AND $3 ORDER BY seq";

    // From home to home through the primary key, however many rows a plan made long ago expects.
    public const string ReadBeginnings = """
        SELECT j.* FROM unnest($1) u(home) CROSS JOIN LATERAL (
          SELECT home, seq, kind, entry, hash, wrapped_key FROM journal WHERE home = u.home AND seq <= $2 ORDER BY seq
        ) j ORDER BY j.home, j.seq
        """;

    public const string ReadHead = "SELECT coalesce(max(seq), 0) FROM journal WHERE home = $1";

    public const string ReadSnapshot = "SELECT seq, format, data FROM snapshot WHERE home = $1";

    public const string ReadPointers =
        "SELECT identifier, version, home, flags, state FROM pointer WHERE identifier = ANY($1)";

    public const string ReadFlaggedPointers = """
        SELECT identifier, version, home, flags, state FROM pointer
        WHERE flags <> 0 AND flags & $1 <> 0 AND ($2::uuid IS NULL OR identifier > $2) ORDER BY identifier LIMIT $3
        """;

    public const string ReadSomeCarriers =
        "SELECT home, handled, state FROM carrier WHERE identifier = $1 AND home = ANY($2)";

    public const string ReadCarriers = """
        SELECT home, handled, state FROM carrier WHERE identifier = $1 AND ($2::uuid IS NULL OR home > $2)
        ORDER BY home LIMIT $3
        """;

    public const string ReadUnhandledCarriers =
        "SELECT home, handled, state FROM carrier WHERE identifier = $1 AND handled < $2 ORDER BY home LIMIT $3";

    public const string ReadOpenJoins = "SELECT id FROM open_join WHERE home = $1 ORDER BY id";

    public const string ReadHomes =
        "SELECT home FROM journal WHERE seq = 1 AND ($1::uuid IS NULL OR home > $1) ORDER BY home LIMIT $2";

    public const string ReadUnfinished = """
        (SELECT DISTINCT home FROM open_join WHERE $1::uuid IS NULL OR home > $1 ORDER BY home LIMIT $2)
        UNION (SELECT home FROM moving WHERE $1::uuid IS NULL OR home > $1 ORDER BY home LIMIT $2)
        ORDER BY home LIMIT $2
        """;

    public const string ReadDue = "SELECT home, due_at FROM due WHERE due_at <= $1 ORDER BY due_at, home LIMIT $2";

    public const string ReadQuarantine = $"""
        SELECT {QuarantineReason}, ''::bytea
        FROM quarantine WHERE (received_at, id) < ($1, $2)
        ORDER BY received_at DESC, id DESC LIMIT $3
        """;

    public const string ReadQuarantined = $"SELECT {QuarantineColumns} FROM quarantine WHERE id = $1";

    public const string ReadWrappedKeys =
        "SELECT seq, wrapped_key FROM journal WHERE home = $1 AND wrapped_key IS NOT NULL ORDER BY seq";

    // One statement, so one view of what is committed: a row is never seen without those it builds on.
    public const string ReadFeed = """
        SELECT j.home, j.seq, j.kind, j.entry, j.hash, j.wrapped_key, j.writer, j.batch
        FROM writer w LEFT JOIN unnest($1, $2) c(writer, batch) ON c.writer = w.number
        CROSS JOIN LATERAL (
          SELECT * FROM journal WHERE writer = w.number AND batch > coalesce(c.batch, 0) ORDER BY batch LIMIT $3
        ) j
        ORDER BY j.batch LIMIT $3
        """;

    public const string CountBatches = """
        SELECT count(*) FROM unnest($1, $2) c(writer, batch)
        WHERE EXISTS (SELECT FROM journal j WHERE j.writer = c.writer AND j.batch = c.batch)
        """;

    public const string ReadFeedBatch =
        $"SELECT {RowColumns}, writer, batch FROM journal WHERE writer = $1 AND batch = $2";
}
