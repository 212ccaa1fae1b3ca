using System.Collections.Immutable;
using Google.Protobuf;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries.Format;

namespace MartechGrains.Journal.Entries;

/// <summary>
/// The field-by-field translation between Core's entries and their stored form; knows nothing of keys or order.
/// </summary>
internal static class EntryFormat
{
    /// <summary>Encodes an entry of a kind that holds nothing sealed.</summary>
    public static Entry Encode(HomeEntry entry)
    {
        var format = EncodeKind(entry);
        if (!HasTime(format) && !entry.InheritsTime) format.At = entry.At;
        return format;
    }

    /// <summary>Whether an entry says when it was written, in its kind's own field or in that of all others.</summary>
    public static bool HasTime(Entry format) => format.HasAt || format.KindCase
        is Entry.KindOneofCase.Applied or Entry.KindOneofCase.Decided or Entry.KindOneofCase.Changed;

    private static Entry EncodeKind(HomeEntry entry) => entry switch
    {
        JoinsConfirmed confirmed => new Entry { Confirmed = Encode(confirmed) },
        HomeMoving moving => new Entry { Moving = KeyBytes.Of(moving.Winner) },
        HomeMoved moved => new Entry { Moved = KeyBytes.Of(moved.Winner) },
        HomeAbsorbed absorbed => new Entry
        {
            Absorbed = new Absorbed { Loser = KeyBytes.Of(absorbed.Loser), Head = absorbed.Head },
        },
        IdentityChanged changed => new Entry { Changed = IdentityFormat.Encode(changed) },
        PolicyAdopted adopted => new Entry { MinReader = HomeCodec.DecisionReader, Adopted = adopted.Version },
        _ => throw new ArgumentException($"No stored form for {entry.GetType().Name}.", nameof(entry)),
    };

    public static HomeEntry Decode(Entry format, in JournalRow row) => format.KindCase switch
    {
        Entry.KindOneofCase.Confirmed =>
            new JoinsConfirmed([.. format.Confirmed.Confirmations.Select(Decode)], format.At),
        Entry.KindOneofCase.Moving => new HomeMoving(KeyBytes.Home(format.Moving), format.At),
        Entry.KindOneofCase.Moved => new HomeMoved(KeyBytes.Home(format.Moved), format.At),
        Entry.KindOneofCase.Absorbed =>
            new HomeAbsorbed(KeyBytes.Home(format.Absorbed.Loser), format.Absorbed.Head, format.At),
        Entry.KindOneofCase.Changed => IdentityFormat.Decode(format.Changed),
        Entry.KindOneofCase.Adopted => new PolicyAdopted(format.Adopted, format.At),
        _ => throw new EntryFormatException($"Row {row.Seq} of home {row.Home} has an unknown kind."),
    };

    public static Applied EncodeOpen(EventApplied entry, JournalGroup group)
    {
        var (applied, fact) = (entry.Event, entry.Event.Fact);
        return new Applied
        {
            Source = applied.Source,
            EventId = applied.EventId,
            EventTime = applied.EventTime,
            IngestDelay = entry.At - applied.EventTime,
            ContentHash = applied.ContentHash,
            EventClass = (uint)fact.Class,
            Channel = (uint)fact.Channel,
            Units = fact.Units,
            AmountMinor = fact.AmountMinor,
            Currency = fact.Currency,
            Name = applied.Name,
            CleaningVersion = (uint)applied.CleaningVersion,
            Group = (uint)group.Ordinal,
            Opened = Opened(entry.Opened, group),
            Profile = entry.Profile is { } profile ? KeyBytes.Of(profile.Anchor) : ByteString.Empty,
            PolicyVersion = entry.PolicyVersion,
        };
    }

    public static State StateOf(CanonicalEvent applied, bool withIdentifiers)
    {
        var state = new State();
        if (withIdentifiers)
            foreach (var identifier in applied.Identifiers)
                state.Identifiers.Add(
                    new State.Types.Name { Namespace = identifier.Namespace, Value = identifier.Value });
        foreach (var trait in applied.Traits)
            state.Traits.Add(new State.Types.Trait { Name = trait.Name, Json = trait.Json });
        foreach (var consent in applied.Consents)
            state.Consents.Add(new State.Types.Consent { Purpose = consent.Purpose, Granted = consent.IsGranted });
        return state;
    }

    public static Payload PayloadOf(CanonicalEvent applied)
    {
        var payload = new Payload { Raw = UnsafeByteOperations.UnsafeWrap(applied.Raw) };
        payload.Fields.Capacity = applied.SourceFields.Length;
        foreach (var field in applied.SourceFields) payload.Fields.Add(LineageNames.Encode(field));
        return payload;
    }

    public static EventApplied DecodeOpen(Applied format, JournalGroup group, State? state)
    {
        var opened = ImmutableArray.CreateBuilder<JoinItem>(format.Opened.Length);
        foreach (var code in format.Opened.Span) opened.Add(new JoinItem(group.Keys[code >> 1], (JoinKind)(code & 1)));
        var decoded = new CanonicalEvent
        {
            Source = format.Source,
            EventId = format.EventId,
            EventTime = format.EventTime,
            Identifiers = group.Identifiers,
            Fact = new Fact(
                (EventClass)format.EventClass, (Channel)format.Channel,
                format.Units, format.AmountMinor, format.Currency),
            Name = format.Name,
            Traits = state is null
                ? []
                : [.. state.Traits.Select(static trait => new TraitValue(trait.Name, trait.Json))],
            Consents = state is null
                ? []
                : [.. state.Consents.Select(static one => new ConsentStatement(one.Purpose, one.Granted))],
            CleaningVersion = (int)format.CleaningVersion,
            ContentHash = format.ContentHash,
            Raw = default,
        };
        return new EventApplied(
            decoded, group.Keys, format.EventTime + format.IngestDelay, opened.MoveToImmutable(), ProfileOf(format),
            format.PolicyVersion);
    }

    public static Report Encode(NeighbourReport report)
    {
        var format = new Report
        {
            Home = KeyBytes.Of(report.Home),
            Version = report.Version,
            Superseded = KeyBytes.Of([.. report.Superseded.Select(static home => home.Founder)]),
        };
        format.Neighbours.Add(report.Neighbours.Select(Encode));
        return format;
    }

    public static Format.Neighbour Encode(Core.Pointers.Neighbour neighbour) =>
        new() { Namespace = neighbour.Namespace, Identifier = KeyBytes.Of(neighbour.Identifier) };

    public static Core.Pointers.Neighbour Decode(Format.Neighbour format) =>
        new(format.Namespace, KeyBytes.Key(format.Identifier));

    public static ProfileId? ProfileOf(Applied format) =>
        format.Profile.IsEmpty ? null : new ProfileId(KeyBytes.Key(format.Profile));

    private static ByteString Opened(ImmutableArray<JoinItem> items, JournalGroup group)
    {
        if (items.IsEmpty) return ByteString.Empty;
        var codes = new byte[items.Length];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = (byte)((group.Keys.IndexOf(items[i].Identifier) << 1) | (byte)items[i].Kind);
        return UnsafeByteOperations.UnsafeWrap(codes);
    }

    private static Confirmed Encode(JoinsConfirmed entry)
    {
        var format = new Confirmed();
        foreach (var confirmation in entry.Confirmations)
            format.Confirmations.Add(new Confirmation
            {
                Identifier = KeyBytes.Of(confirmation.Identifier),
                Member = confirmation.Member,
                Carrier = confirmation.Carrier,
                Epoch = confirmation.Epoch,
                Inert = confirmation.Inert,
                Report = confirmation.Report is { } report ? Encode(report) : null,
            });
        return format;
    }

    private static JoinConfirmation Decode(Confirmation format) => new(
        KeyBytes.Key(format.Identifier), format.Member, format.Carrier, format.Epoch, format.Inert,
        format.Report is { } report
            ? new NeighbourReport(
                KeyBytes.Home(report.Home), report.Version, [.. report.Neighbours.Select(Decode)],
                [.. KeyBytes.Keys(report.Superseded).Select(static key => new HomeId(key))])
            : null);
}
