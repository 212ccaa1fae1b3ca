using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Stores;
using Npgsql;
using static MartechGrains.Journal.Postgres.Statements;

namespace MartechGrains.Journal.Postgres;

/// <summary>
/// One batch as one transaction: a first round trip locks, numbers and settles what may be fenced, then the rows are
/// copied, then the rest is sent together with the commit.
/// </summary>
internal sealed class PostgresCommit(
    NpgsqlConnection connection,
    int writer,
    IReadOnlyList<StoreWrite> batch,
    WriteOutcome[] outcomes,
    HeadCache memory)
{
    /// <summary>First half of the advisory lock of a writer; the second is its number.</summary>
    public const int WriterLock = 0x6d67_0001;

    private readonly BatchPlan _plan = new(batch);
    private long _number;

    /// <summary>Everything but the commit. What fails here is rolled back.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var first = new Statements(connection);
        await using (first.ConfigureAwait(false))
        {
            first.Run(PostgresSql.Begin);
            first.Read(PostgresSql.LockWriter, static _ => { }, Value(WriterLock), Value(writer));
            first.Read(PostgresSql.NextBatch, row => _number = row.GetInt64(0));
            AddHeads(first);
            AddPointers(first);
            AddRendezvous(first);
            AddDecisions(first);
            await first.ExecuteAsync(cancellationToken).ConfigureAwait(false);
        }
        _plan.Admit(outcomes);
        if (_plan.Appends.Count > 0)
        {
            await JournalCopy.RunAsync(connection, _plan.Appends, writer, _number, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>The rest, and the commit. Not given up halfway: the answer is needed.</summary>
    public async Task FinishAsync()
    {
        var last = new Statements(connection);
        await using (last.ConfigureAwait(false))
        {
            if (_plan.Appends.Count > 0)
                last.Run(PostgresSql.InsertHeads, Value(_number), Value(HeadList.Encode(_plan.Appends)));
            AddJoins(last, PostgresSql.OpenJoins, open: true);
            AddJoins(last, PostgresSql.CloseJoins, open: false);
            AddMoving(last, PostgresSql.StartMoving, moving: true);
            AddMoving(last, PostgresSql.StopMoving, moving: false);
            AddCarriers(last);
            AddDue(last);
            AddSnapshots(last);
            AddQuarantine(last);
            last.Run("COMMIT");
            await last.ExecuteAsync(CancellationToken.None).ConfigureAwait(false);
        }
        memory.Keep(_plan.Heads);
    }

    /// <summary>After a failure: what is remembered may be behind.</summary>
    public void Forget() => memory.Forget(_plan.FirstSeqs.Keys);

    private void AddHeads(Statements first)
    {
        var unknown = new List<Guid>();
        foreach (var (home, seq) in _plan.FirstSeqs)
        {
            if (memory.EndsAt(home, seq - 1))
                _plan.Heads[home] = seq - 1;
            else
                unknown.Add(home.Founder.ToGuid());
        }
        if (unknown.Count > 0)
        {
            first.Read(
                PostgresSql.Heads,
                row => _plan.Heads[new HomeId(IdentifierKey.FromGuid(row.GetGuid(0)))] = row.GetInt32(1),
                Uuids([.. unknown]));
        }
    }

    /// <summary>Several writes of one pointer go into several statements, which run in order.</summary>
    private void AddPointers(Statements first)
    {
        var waves = new List<Dictionary<IdentifierKey, int>>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is not PointerWrite { Row: var row })
                continue;
            outcomes[i] = new WriteOutcome(WriteStatus.Fenced);
            var wave = waves.FindLastIndex(earlier => earlier.ContainsKey(row.Identifier)) + 1;
            if (wave == waves.Count)
                waves.Add([]);
            waves[wave].Add(row.Identifier, i);
        }
        foreach (var wave in waves)
        {
            var indexes = wave.Values.ToArray();
            var inserts = Array.FindAll(indexes, i => Pointer(i).Version == 1);
            AddPointerWave(first, wave, PostgresSql.InsertPointers, inserts);
            var updates = Array.FindAll(indexes, i => Pointer(i).Version > 1);
            AddPointerWave(first, wave, PostgresSql.UpdatePointers, updates);
        }
    }

    private void AddPointerWave(Statements first, Dictionary<IdentifierKey, int> wave, string sql, int[] indexes)
    {
        if (indexes.Length == 0)
            return;
        var rows = Array.ConvertAll(indexes, Pointer);
        Array.Sort(rows, static (a, b) => a.Identifier.CompareTo(b.Identifier));
        first.Read(
            sql,
            row => outcomes[wave[IdentifierKey.FromGuid(row.GetGuid(0))]] = new WriteOutcome(WriteStatus.Committed),
            Uuids(Array.ConvertAll(rows, row => row.Identifier.ToGuid())),
            Uuids(Array.ConvertAll(rows, row => row.Home.Founder.ToGuid())),
            Ints(Array.ConvertAll(rows, row => row.Version)),
            Shorts(Array.ConvertAll(rows, row => (short)row.Flags)),
            Bytes(Array.ConvertAll(rows, row => row.State)));
    }

    private PointerRow Pointer(int index) => ((PointerWrite)batch[index]).Row;

    private void AddRendezvous(Statements first)
    {
        var writes = batch.OfType<RendezvousWrite>().OrderBy(write => (write.Identifier, write.Event)).ToArray();
        if (writes.Length == 0)
            return;
        var identifiers = Uuids(Array.ConvertAll(writes, write => write.Identifier.ToGuid()));
        var events = Uuids(Array.ConvertAll(writes, write => Uuid(write.Event.Bits)));
        first.Run(
            PostgresSql.InsertRendezvous,
            identifiers, events, Uuids(Array.ConvertAll(writes, write => write.Home.Founder.ToGuid())));
        var indexes = new Dictionary<(Guid, Guid), List<int>>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is not RendezvousWrite write)
                continue;
            var key = (write.Identifier.ToGuid(), Uuid(write.Event.Bits));
            if (!indexes.TryGetValue(key, out var same))
                indexes.Add(key, same = []);
            same.Add(i);
        }
        first.Read(
            PostgresSql.ReadRendezvous,
            row =>
            {
                var home = new HomeId(IdentifierKey.FromGuid(row.GetGuid(2)));
                foreach (var i in indexes[(row.GetGuid(0), row.GetGuid(1))])
                    outcomes[i] = new WriteOutcome(WriteStatus.Committed, home);
            },
            Uuids(Array.ConvertAll(writes, write => write.Identifier.ToGuid())),
            Uuids(Array.ConvertAll(writes, write => Uuid(write.Event.Bits))));
    }

    private void AddJoins(Statements last, string sql, bool open)
    {
        var joins = _plan.Joins.Where(join => join.Value == open).Select(join => join.Key).ToArray();
        if (joins.Length > 0)
        {
            last.Run(
                sql,
                Uuids(Array.ConvertAll(joins, join => join.Home.Founder.ToGuid())),
                Bytes(Array.ConvertAll(joins, join => join.Id)));
        }
    }

    /// <summary>The carriers of those pointers that were written; of several writes of one, the last counts.</summary>
    private void AddCarriers(Statements last)
    {
        var carriers = new SortedDictionary<(IdentifierKey Identifier, HomeId Home), CarrierRow>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is not PointerWrite write || outcomes[i].Status != WriteStatus.Committed)
                continue;
            foreach (var carrier in write.Carriers)
                carriers[(carrier.Identifier, carrier.Home)] = carrier;
        }
        if (carriers.Count == 0)
            return;
        CarrierRow[] rows = [.. carriers.Values];
        last.Run(
            PostgresSql.PutCarriers,
            Uuids(Array.ConvertAll(rows, row => row.Identifier.ToGuid())),
            Uuids(Array.ConvertAll(rows, row => row.Home.Founder.ToGuid())),
            Longs(Array.ConvertAll(rows, row => row.Handled)),
            Bytes(Array.ConvertAll(rows, row => row.State)));
    }

    private void AddMoving(Statements last, string sql, bool moving)
    {
        var homes = _plan.Moving.Where(home => home.Value == moving).Select(home => home.Key.Founder.ToGuid())
            .ToArray();
        if (homes.Length > 0)
            last.Run(sql, Uuids(homes));
    }

    private void AddDue(Statements last)
    {
        var set = _plan.Due.Where(due => due.Value != AppendWrite.NoDue).ToArray();
        if (set.Length > 0)
        {
            last.Run(
                PostgresSql.SetDue,
                Uuids(Array.ConvertAll(set, due => due.Key.Founder.ToGuid())),
                Longs(Array.ConvertAll(set, due => due.Value.Milliseconds)));
        }
        var cleared = _plan.Due.Where(due => due.Value == AppendWrite.NoDue).ToArray();
        if (cleared.Length > 0)
            last.Run(PostgresSql.ClearDue, Uuids(Array.ConvertAll(cleared, due => due.Key.Founder.ToGuid())));
    }

    /// <summary>One statement each: operators decide seldom.</summary>
    private void AddDecisions(Statements first)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is not DecisionWrite { Row: var row })
                continue;
            var place = i;
            outcomes[place] = new WriteOutcome(WriteStatus.Fenced);
            first.Read(
                row.Version == 1 ? PostgresSql.InsertDecision : PostgresSql.UpdateDecision,
                _ => outcomes[place] = new WriteOutcome(WriteStatus.Committed),
                Parameters(row));
        }
    }

    private void AddSnapshots(Statements last)
    {
        var newest = new Dictionary<HomeId, SnapshotWrite>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is not SnapshotWrite write)
                continue;
            outcomes[i] = new WriteOutcome(WriteStatus.Committed);
            if (!newest.TryGetValue(write.Home, out var other) || other.Seq < write.Seq)
                newest[write.Home] = write;
        }
        if (newest.Count == 0)
            return;
        var rows = newest.Values.OrderBy(write => write.Home).ToArray();
        last.Run(
            PostgresSql.PutSnapshots,
            Uuids(Array.ConvertAll(rows, row => row.Home.Founder.ToGuid())),
            Ints(Array.ConvertAll(rows, row => row.Seq)),
            Ints(Array.ConvertAll(rows, row => row.Format)),
            Bytes(Array.ConvertAll(rows, row => row.Data)));
    }

    private void AddQuarantine(Statements last)
    {
        var rows = _plan.Quarantined.Concat(batch.OfType<QuarantineWrite>().Select(write => write.Row))
            .OrderBy(row => row.Id.ToString("n"), StringComparer.Ordinal).ToArray();
        if (rows.Length == 0)
            return;
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is QuarantineWrite)
                outcomes[i] = new WriteOutcome(WriteStatus.Committed);
        }
        last.Run(
            PostgresSql.PutQuarantine,
            Uuids(Array.ConvertAll(rows, row => row.Id)),
            Longs(Array.ConvertAll(rows, row => row.ReceivedAt.Milliseconds)),
            Texts(Array.ConvertAll(rows, row => StoredText.Clean(row.Source))),
            Texts(Array.ConvertAll(rows, row => StoredText.Clean(row.EventId))),
            Texts(Array.ConvertAll(rows, row => StoredText.Clean(row.Reason))),
            Texts(Array.ConvertAll(rows, row => StoredText.Clean(row.Field))),
            Texts(Array.ConvertAll(rows, row => StoredText.Clean(row.Detail))),
            Bytes(Array.ConvertAll(rows, row => row.Raw)));
    }

    /// <summary>A decision's columns, in the order in which statements name them.</summary>
    internal static NpgsqlParameter[] Parameters(DecisionRow row) =>
    [
        Value(Uuid(row.Id.Bits)), Value(row.Version), Value(row.At.Milliseconds), Value(row.Unfinished),
        Value(row.State.ToArray()),
    ];

    private static Guid Uuid(UInt128 bits) => new IdentifierKey(bits).ToGuid();
}
