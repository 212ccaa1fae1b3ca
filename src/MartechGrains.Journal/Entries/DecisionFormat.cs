using System.Collections.Immutable;
using Google.Protobuf;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Entries.Format;

namespace MartechGrains.Journal.Entries;

/// <summary>The stored form of operators' decisions; knows nothing of keys and sealing.</summary>
internal static class DecisionFormat
{
    public static Decided EncodeOpen(DecisionTaken taken, JournalGroup group)
    {
        var format = new Decided
        {
            Id = Encode(taken.Decision.Id),
            Kind = (uint)taken.Decision.Kind,
            At = taken.At.Milliseconds,
            Group = (uint)group.Ordinal,
            PolicyVersion = taken.PolicyVersion,
        };
        foreach (var item in taken.Opened)
            format.Opened.Add(((uint)group.Keys.IndexOf(item.Identifier) << 1) | (uint)item.Kind);
        return format;
    }

    public static DecisionText TextOf(Decision decision)
    {
        var text = new DecisionText
        {
            Source = decision.Source,
            EventId = decision.EventId,
            Made = Encode(decision.Made),
            Undone = decision.Undone is { } undone ? Encode(undone) : null,
        };
        foreach (var identifier in decision.Identifiers)
            text.Identifiers.Add(new State.Types.Name { Namespace = identifier.Namespace, Value = identifier.Value });
        return text;
    }

    public static DecisionTaken Decode(Decided format, JournalGroup group, DecisionText text)
    {
        ImmutableArray<Identifier> identifiers =
            [.. text.Identifiers.Select(static name => new Identifier(name.Namespace, name.Value))];
        var decision = new Decision(
            DecodeId(format.Id), (DecisionKind)format.Kind, identifiers,
            [.. identifiers.Select(identifier => group.Keys[group.Identifiers.IndexOf(identifier)])],
            text.Source, text.EventId, Decode(text.Made), text.Undone is { } undone ? Decode(undone) : null);
        return new DecisionTaken(
            decision, new IngestTime(format.At),
            [.. format.Opened.Select(code => new JoinItem(group.Keys[(int)(code >> 1)], (JoinKind)(code & 1)))],
            format.PolicyVersion);
    }

    public static ByteString Encode(DecisionId id) => KeyBytes.Of(new IdentifierKey(id.Bits));

    public static DecisionId DecodeId(ByteString bytes) => new(KeyBytes.Key(bytes).Bits);

    public static DecisionText.Types.Act Encode(OperatorAct act) =>
        new() { By = act.By, Reason = act.Reason, At = act.At.Milliseconds };

    public static OperatorAct Decode(DecisionText.Types.Act format) =>
        new(format.By, format.Reason, new IngestTime(format.At));
}
