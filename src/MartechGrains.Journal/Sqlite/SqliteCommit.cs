using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Stores;

namespace MartechGrains.Journal.Sqlite;

/// <summary>Carries out one batch inside a transaction of the writing connection.</summary>
internal static class SqliteCommit
{
    /// <summary>Writes the batch. The caller begins and ends the transaction.</summary>
    public static void Write(
        SqliteSession session,
        int writer,
        IReadOnlyList<StoreWrite> batch,
        BatchPlan plan,
        HeadCache memory,
        WriteOutcome[] outcomes)
    {
        foreach (var (home, seq) in plan.FirstSeqs)
            plan.Heads[home] = memory.EndsAt(home, seq - 1) ? seq - 1 : ReadHead(session, home);
        plan.Admit(outcomes);
        InsertRows(session, writer, plan);
        ApplyHomeRows(session, plan);
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is not AppendWrite)
                outcomes[i] = WriteOther(session, batch[i]);
        }
    }

    public static int ReadHead(SqliteSession session, HomeId home)
    {
        var statement = session.Get(SqliteSql.Head).BindKey(home.Founder.Bits);
        statement.Step();
        var head = statement.Int(0);
        statement.Reset();
        return head;
    }

    /// <summary>Whether what a write asked for is on disk.</summary>
    public static bool IsPresent(SqliteSession session, StoreWrite write)
    {
        var statement = write switch
        {
            AppendWrite { Rows: [.., var row] } => session.Get(SqliteSql.HasRow)
                .BindKey(row.Home.Founder.Bits).Bind(row.Seq).Bind(row.Hash.Span),
            PointerWrite { Row: var row } => BindPointer(session.Get(SqliteSql.HasPointer), row),
            DecisionWrite { Row: var row } => BindDecision(session.Get(SqliteSql.HasDecision), row),
            RendezvousWrite rendezvous => session.Get(SqliteSql.Rendezvous)
                .BindKey(rendezvous.Identifier.Bits).BindKey(rendezvous.Event.Bits),
            SnapshotWrite snapshot => session.Get(SqliteSql.HasSnapshot)
                .BindKey(snapshot.Home.Founder.Bits).Bind(snapshot.Seq),
            QuarantineWrite quarantine => session.Get(SqliteSql.HasQuarantine)
                .Bind(quarantine.Row.Id.ToByteArray(bigEndian: true)),
            _ => throw new ArgumentException($"Writes of type {write.GetType().Name} are unknown.", nameof(write)),
        };
        var present = statement.Step()
            && (write is not RendezvousWrite { Home: var home } || statement.Key(0) == home.Founder.Bits);
        statement.Reset();
        return present;
    }

    private static void InsertRows(SqliteSession session, int writer, BatchPlan plan)
    {
        if (plan.Appends.Count == 0)
            return;
        // A batch is numbered by its first row's position: the feed finds it without an index of its own.
        var next = session.Get(SqliteSql.NextPosition);
        next.Step();
        var batch = next.Number(0);
        next.Reset();
        var insert = session.Get(SqliteSql.InsertRow);
        foreach (var row in plan.Appends.SelectMany(append => append.Rows))
        {
            insert.BindKey(row.Home.Founder.Bits).Bind(row.Seq).Bind(row.Kind).Bind(row.Entry.Span).Bind(row.Hash.Span)
                .BindOrNull(row.WrappedKey.Span).Bind(writer).Bind(batch).Run();
        }
        session.Get(SqliteSql.InsertHeads).Bind(batch).Bind(HeadList.Encode(plan.Appends)).Run();
    }

    private static void ApplyHomeRows(SqliteSession session, BatchPlan plan)
    {
        foreach (var (join, open) in plan.Joins)
        {
            session.Get(open ? SqliteSql.OpenJoin : SqliteSql.CloseJoin)
                .BindKey(join.Home.Founder.Bits).Bind(join.Id.Span).Run();
        }
        foreach (var (home, moving) in plan.Moving)
            session.Get(moving ? SqliteSql.StartMoving : SqliteSql.StopMoving).BindKey(home.Founder.Bits).Run();
        foreach (var (home, dueAt) in plan.Due)
        {
            if (dueAt == AppendWrite.NoDue)
                session.Get(SqliteSql.ClearDue).BindKey(home.Founder.Bits).Run();
            else
                session.Get(SqliteSql.SetDue).BindKey(home.Founder.Bits).Bind(dueAt.Milliseconds).Run();
        }
        foreach (var row in plan.Quarantined)
            PutQuarantine(session, row);
    }

    private static WriteOutcome WriteOther(SqliteSession session, StoreWrite write)
    {
        switch (write)
        {
            case PointerWrite pointer:
                return WritePointer(session, pointer);
            case DecisionWrite decision:
                return WriteDecision(session, decision.Row);
            case RendezvousWrite rendezvous:
                session.Get(SqliteSql.InsertRendezvous)
                    .BindKey(rendezvous.Identifier.Bits).BindKey(rendezvous.Event.Bits)
                    .BindKey(rendezvous.Home.Founder.Bits).Run();
                var stands = session.Get(SqliteSql.Rendezvous)
                    .BindKey(rendezvous.Identifier.Bits).BindKey(rendezvous.Event.Bits);
                stands.Step();
                var home = new HomeId(new(stands.Key(0)));
                stands.Reset();
                return new WriteOutcome(WriteStatus.Committed, home);
            case SnapshotWrite snapshot:
                session.Get(SqliteSql.PutSnapshot).BindKey(snapshot.Home.Founder.Bits).Bind(snapshot.Seq)
                    .Bind(snapshot.Format).Bind(snapshot.Data.Span).Run();
                return new WriteOutcome(WriteStatus.Committed);
            case QuarantineWrite { Row: var quarantine }:
                PutQuarantine(session, quarantine);
                return new WriteOutcome(WriteStatus.Committed);
            default:
                throw new BatchRejectedException($"Writes of type {write.GetType().Name} are unknown.", isFence: false);
        }
    }

    private static void PutQuarantine(SqliteSession session, QuarantineRow row) =>
        session.Get(SqliteSql.PutQuarantine).Bind(row.Id.ToByteArray(bigEndian: true))
            .Bind(row.Source).Bind(row.EventId).Bind(row.ReceivedAt.Milliseconds)
            .Bind(row.Reason).Bind(row.Field).Bind(row.Detail).Bind(row.Raw.Span).Run();

    private static WriteOutcome WritePointer(SqliteSession session, PointerWrite write)
    {
        var row = write.Row;
        var statement = row.Version == 1
            ? BindPointer(session.Get(SqliteSql.InsertPointer), row)
            : BindPointer(session.Get(SqliteSql.UpdatePointer), row).Bind(row.Version - 1);
        if (statement.Run() != 1)
            return new WriteOutcome(WriteStatus.Fenced);
        foreach (var carrier in write.Carriers)
        {
            session.Get(SqliteSql.PutCarrier).BindKey(carrier.Identifier.Bits).BindKey(carrier.Home.Founder.Bits)
                .Bind(carrier.Handled).Bind(carrier.State.Span).Run();
        }
        return new WriteOutcome(WriteStatus.Committed);
    }

    private static WriteOutcome WriteDecision(SqliteSession session, DecisionRow row)
    {
        var statement = row.Version == 1
            ? BindDecision(session.Get(SqliteSql.InsertDecision), row)
            : BindDecision(session.Get(SqliteSql.UpdateDecision), row).Bind(row.Version - 1);
        return new WriteOutcome(statement.Run() == 1 ? WriteStatus.Committed : WriteStatus.Fenced);
    }

    private static SqliteStatement BindDecision(SqliteStatement statement, DecisionRow row) => statement
        .Bind(row.Version).Bind(row.At.Milliseconds).Bind(row.Unfinished ? 1 : 0).Bind(row.State.Span)
        .BindKey(row.Id.Bits);

    private static SqliteStatement BindPointer(SqliteStatement statement, PointerRow row) => statement
        .Bind(row.Version).BindKey(row.Home.Founder.Bits).Bind((long)row.Flags).Bind(row.State.Span)
        .BindKey(row.Identifier.Bits);
}
