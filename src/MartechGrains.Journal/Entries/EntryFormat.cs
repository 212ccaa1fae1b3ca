using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Time;
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
        if (!HasTime(format) && !entry.InheritsTime) format.At = entry.At.Milliseconds;
        return format;
    }

    /// <summary>Whether an entry says when it was written, in its kind's own field or in that of all others.</summary>
    public static bool HasTime(Entry format) => format.HasAt || format.KindCase
        is Entry.KindOneofCase.Applied or Entry.KindOneofCase.Decided or Entry.KindOneofCase.Changed;

    private static Entry EncodeKind(HomeEntry entry) => entry switch
    {
        HomeMoving moving => new Entry { Moving = KeyBytes.Of(moving.Winner) },
        HomeMoved moved => new Entry { Moved = KeyBytes.Of(moved.Winner) },
        HomeAbsorbed absorbed => new Entry
        {
            MinReader = absorbed.Settled.IsEmpty ? 0u : HomeCodec.SettlingReader,
            Absorbed = new Absorbed
            {
                Loser = KeyBytes.Of(absorbed.Loser),
                Head = absorbed.Head,
                Settled = SettledFormat.Encode(absorbed.Settled.AsSpan()),
            },
        },
        IdentityChanged changed => new Entry { Changed = IdentityFormat.Encode(changed) },
        PolicyAdopted adopted => new Entry { MinReader = HomeCodec.DecisionReader, Adopted = adopted.Version },
        _ => throw new ArgumentException($"No stored form for {entry.GetType().Name}.", nameof(entry)),
    };

    public static HomeEntry Decode(Entry format, in JournalRow row) => format.KindCase switch
    {
        Entry.KindOneofCase.Confirmed =>
            new JoinsConfirmed([.. format.Confirmed.Confirmations.Select(Decode)], TimeOf(format)),
        Entry.KindOneofCase.Moving => new HomeMoving(KeyBytes.Home(format.Moving), TimeOf(format)),
        Entry.KindOneofCase.Moved => new HomeMoved(KeyBytes.Home(format.Moved), TimeOf(format)),
        Entry.KindOneofCase.Absorbed =>
            new HomeAbsorbed(KeyBytes.Home(format.Absorbed.Loser), format.Absorbed.Head, TimeOf(format))
            {
                Settled = SettledFormat.Decode(format.Absorbed.Settled.Span, row),
            },
        Entry.KindOneofCase.Changed => IdentityFormat.Decode(format.Changed),
        Entry.KindOneofCase.Adopted => new PolicyAdopted(format.Adopted, TimeOf(format)),
        _ => throw new EntryFormatException($"Row {row.Seq} of home {row.Home} has an unknown kind."),
    };

    public static EventApplied DecodeOpen(Applied format, JournalGroup group, State? state)
    {
        var opened = ImmutableArray.CreateBuilder<JoinItem>(format.Opened.Length);
        foreach (var code in format.Opened.Span) opened.Add(new JoinItem(group.Keys[code >> 1], (JoinKind)(code & 1)));
        var decoded = new CanonicalEvent
        {
            Source = format.Source,
            EventId = format.EventId,
            EventTime = new EventTime(format.EventTime),
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
            decoded, group.Keys, IngestTimeOf(format), opened.MoveToImmutable(), ProfileOf(format),
            format.PolicyVersion);
    }

    private static IngestTime TimeOf(Entry format) => new(format.At);

    /// <summary>When an event was accepted, which is stored beside when it happened.</summary>
    public static IngestTime IngestTimeOf(Applied format) => new(format.EventTime + format.IngestDelay);

    public static Core.Pointers.Neighbour Decode(Format.Neighbour format) =>
        new(format.Namespace, KeyBytes.Key(format.Identifier));

    public static ProfileId? ProfileOf(Applied format) =>
        format.Profile.IsEmpty ? null : new ProfileId(KeyBytes.Key(format.Profile));

    private static JoinConfirmation Decode(Confirmation format) => new(
        KeyBytes.Key(format.Identifier), format.Member, format.Carrier, format.Epoch, format.Inert,
        format.Report is { } report
            ? new NeighbourReport(
                KeyBytes.Home(report.Home), report.Version, [.. report.Neighbours.Select(Decode)],
                [.. KeyBytes.Keys(report.Superseded).Select(static key => new HomeId(key))])
            : null);
}
