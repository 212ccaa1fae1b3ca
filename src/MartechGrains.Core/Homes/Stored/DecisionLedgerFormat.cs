using MartechGrains.Core.Curation;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using static MartechGrains.Core.Homes.State.IdentifierTable;

namespace MartechGrains.Core.Homes.Stored;

/// <summary>
/// The binary form of a home's decisions, by id and event. Identifiers are named by key: the ledger knows them.
/// </summary>
internal static class DecisionLedgerFormat
{
    private const int MinDecisionBytes = DecisionId.Size + 6;

    public static void Write(DecisionLedger decisions, FactWriter writer)
    {
        writer.Unsigned((ulong)decisions.All.Count);
        foreach (var decision in decisions.All.OrderBy(DecisionKey.Of))
        {
            writer.Key(new IdentifierKey(decision.Id.Bits));
            writer.Byte((byte)decision.Kind);
            writer.Unsigned((ulong)decision.Keys.Length);
            foreach (var key in decision.Keys) writer.Key(key);
            WriteText(writer, decision.Source);
            WriteText(writer, decision.EventId);
            Write(decision.Made, writer);
            writer.Byte(decision.Undone is null ? (byte)0 : (byte)1);
            if (decision.Undone is { } undone) Write(undone, writer);
        }
    }

    public static DecisionLedger Read(ref FactReader reader, HomeLedger ledger)
    {
        var decisions = new DecisionLedger();
        for (var left = reader.Count(MinDecisionBytes); left > 0; left--)
        {
            var id = new DecisionId(reader.IdentifierKey().Bits);
            var kind = (DecisionKind)reader.Byte();
            reader.Require(Enum.IsDefined(kind), "an unknown kind of decision");
            var keys = new IdentifierKey[reader.Count(IdentifierKey.Size)];
            var identifiers = new Identifier[keys.Length];
            for (var i = 0; i < keys.Length; i++)
            {
                keys[i] = reader.IdentifierKey();
                reader.Require(ledger.Identifiers.TryGetValue(keys[i], out identifiers[i]), "an unknown identifier");
                reader.Require(Array.IndexOf(keys, keys[i]) == i, "a decision names an identifier twice");
            }
            reader.Require(keys.Length > (kind == DecisionKind.Retraction ? 0 : 1), "a decision about too little");
            var isNews = decisions.Fold(new Decision(
                id, kind, [.. identifiers], [.. keys], ReadText(ref reader),
                ReadText(ref reader), ReadAct(ref reader), ReadFlag(ref reader) ? ReadAct(ref reader) : null));
            reader.Require(isNews, "a decision occurs twice");
        }
        return decisions;
    }

    private static void Write(OperatorAct act, FactWriter writer)
    {
        WriteText(writer, act.By);
        WriteText(writer, act.Reason);
        writer.Unsigned((ulong)act.At.Milliseconds);
    }

    private static OperatorAct ReadAct(ref FactReader reader) =>
        new(ReadText(ref reader), ReadText(ref reader), new IngestTime(reader.Unsigned(long.MaxValue)));
}
