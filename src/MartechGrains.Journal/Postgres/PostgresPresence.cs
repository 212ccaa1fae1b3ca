using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using Npgsql;
using static MartechGrains.Journal.Postgres.Statements;

namespace MartechGrains.Journal.Postgres;

/// <summary>Looks which writes of a batch are on disk.</summary>
internal static class PostgresPresence
{
    /// <summary>Adds the queries; they set what is present once they are run.</summary>
    public static void Add(Statements statements, IReadOnlyList<StoreWrite> batch, bool[] present)
    {
        void Found(NpgsqlDataReader row) => present[row.GetInt32(0)] = true;

        var (at, rows) = Select<AppendWrite>(batch);
        if (at.Length > 0)
        {
            statements.Read(
                PostgresSql.PresentRows,
                Found,
                Ints(at),
                Uuids(Array.ConvertAll(rows, row => row.Rows[^1].Home.Founder.ToGuid())),
                Ints(Array.ConvertAll(rows, row => row.Rows[^1].Seq)),
                Bytes(Array.ConvertAll(rows, row => row.Rows[^1].Hash)));
        }
        AddPointers(statements, batch, Found);
        AddRendezvous(statements, batch, Found);
        for (var i = 0; i < batch.Count; i++)
        {
            var place = i;
            if (batch[i] is DecisionWrite { Row: var row })
                statements.Read(
                    PostgresSql.PresentDecision, _ => present[place] = true, PostgresCommit.Parameters(row));
        }
        (at, var snapshots) = Select<SnapshotWrite>(batch);
        if (at.Length > 0)
        {
            statements.Read(
                PostgresSql.PresentSnapshots,
                Found,
                Ints(at),
                Uuids(Array.ConvertAll(snapshots, row => row.Home.Founder.ToGuid())),
                Ints(Array.ConvertAll(snapshots, row => row.Seq)));
        }
        (at, var quarantined) = Select<QuarantineWrite>(batch);
        if (at.Length > 0)
        {
            statements.Read(
                PostgresSql.PresentQuarantine, Found, Ints(at),
                Uuids(Array.ConvertAll(quarantined, write => write.Row.Id)));
        }
    }

    private static void AddPointers(
        Statements statements, IReadOnlyList<StoreWrite> batch, Action<NpgsqlDataReader> found)
    {
        var (at, pointers) = Select<PointerWrite>(batch);
        if (at.Length == 0)
            return;
        statements.Read(
            PostgresSql.PresentPointers,
            found,
            Ints(at),
            Uuids(Array.ConvertAll(pointers, pointer => pointer.Row.Identifier.ToGuid())),
            Uuids(Array.ConvertAll(pointers, pointer => pointer.Row.Home.Founder.ToGuid())),
            Ints(Array.ConvertAll(pointers, pointer => pointer.Row.Version)),
            Shorts(Array.ConvertAll(pointers, pointer => (short)pointer.Row.Flags)),
            Bytes(Array.ConvertAll(pointers, pointer => pointer.Row.State)));
    }

    private static void AddRendezvous(
        Statements statements, IReadOnlyList<StoreWrite> batch, Action<NpgsqlDataReader> found)
    {
        var (at, rendezvous) = Select<RendezvousWrite>(batch);
        if (at.Length == 0)
            return;
        statements.Read(
            PostgresSql.PresentRendezvous,
            found,
            Ints(at),
            Uuids(Array.ConvertAll(rendezvous, row => row.Identifier.ToGuid())),
            Uuids(Array.ConvertAll(rendezvous, row => new IdentifierKey(row.Event.Bits).ToGuid())),
            Uuids(Array.ConvertAll(rendezvous, row => row.Home.Founder.ToGuid())));
    }

    private static (int[] At, T[] Writes) Select<T>(IReadOnlyList<StoreWrite> batch)
        where T : StoreWrite
    {
        var (at, writes) = (new List<int>(), new List<T>());
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i] is T write)
            {
                at.Add(i);
                writes.Add(write);
            }
        }
        return ([.. at], [.. writes]);
    }
}
