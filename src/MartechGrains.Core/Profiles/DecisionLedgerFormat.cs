using System.Collections.Immutable;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Identity;
using static MartechGrains.Core.Profiles.IdentifierTable;

namespace MartechGrains.Core.Profiles;

/// <summary>The binary form of a home's decisions, by id and event.</summary>
internal static class DecisionLedgerFormat
{
    private const int MinDecisionBytes = DecisionId.Size + 6;
    private const int MinIdentifierBytes = IdentifierKey.Size + 2;

    public static void Write(DecisionLedger decisions, FactWriter writer)
    {
        writer.Unsigned((ulong)decisions.All.Count);
        foreach (var decision in decisions.All.OrderBy(DecisionKey.Of))
        {
            writer.Key(new IdentifierKey(decision.Id.Bits));
            writer.Byte((byte)decision.Kind);
            writer.Unsigned((ulong)decision.Keys.Length);
            for (var i = 0; i < decision.Keys.Length; i++)
            {
                writer.Key(decision.Keys[i]);
                WriteText(writer, decision.Identifiers[i].Namespace);
                WriteText(writer, decision.Identifiers[i].Value);
            }
            WriteText(writer, decision.Source);
            WriteText(writer, decision.EventId);
            Write(decision.Made, writer);
            writer.Byte(decision.Undone is null ? (byte)0 : (byte)1);
            if (decision.Undone is { } undone) Write(undone, writer);
        }
    }

    public static DecisionLedger Read(ref FactReader reader)
    {
        var decisions = new DecisionLedger();
        for (var left = reader.Count(MinDecisionBytes); left > 0; left--)
        {
            var id = new DecisionId(reader.IdentifierKey().Bits);
            var kind = (DecisionKind)reader.Byte();
            reader.Require(Enum.IsDefined(kind), "an unknown kind of decision");
            var keys = ImmutableArray.CreateBuilder<IdentifierKey>(reader.Count(MinIdentifierBytes));
            var identifiers = ImmutableArray.CreateBuilder<Identifier>(keys.Capacity);
            while (keys.Count < keys.Capacity)
            {
                keys.Add(reader.IdentifierKey());
                identifiers.Add(new Identifier(ReadText(ref reader), ReadText(ref reader)));
            }
            var isNews = decisions.Fold(new Decision(
                id, kind, identifiers.MoveToImmutable(), keys.MoveToImmutable(), ReadText(ref reader),
                ReadText(ref reader), ReadAct(ref reader), ReadFlag(ref reader) ? ReadAct(ref reader) : null));
            reader.Require(isNews, "a decision occurs twice");
        }
        return decisions;
    }

    private static void Write(OperatorAct act, FactWriter writer)
    {
        WriteText(writer, act.By);
        WriteText(writer, act.Reason);
        writer.Unsigned((ulong)act.At);
    }

    private static OperatorAct ReadAct(ref FactReader reader) =>
        new(ReadText(ref reader), ReadText(ref reader), reader.Unsigned(long.MaxValue));
}
