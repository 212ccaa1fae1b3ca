using System.Collections.Immutable;
using CsCheck;
using Google.Protobuf;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Entries.Format;
using MartechGrains.Journal.Sealing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;

using Carrier = MartechGrains.Core.Pointers.Carrier;
using Neighbour = MartechGrains.Core.Pointers.Neighbour;
using PointerForm = MartechGrains.Journal.Entries.Format.Pointer;

namespace MartechGrains.Journal.Tests;

/// <summary>What is written without messages is what messages would have written.</summary>
public sealed class StoredBytesTests : IDisposable
{
    private static readonly Gen<long> Numbers = Gen.OneOf(Gen.Const(0L), Gen.Long[0, 300], Gen.Long[0, long.MaxValue]);
    private static readonly Gen<string> Texts = Gen.OneOf(Gen.Const(""), Gen.String[Gen.Char.AlphaNumeric, 0, 200],
        Gen.Const("Zürich 東京 \U0001F600"));

    private static readonly Gen<ImmutableArray<SourceField>> Lineage = Gen.OneOf(
        Gen.Const(new SourceField("event_time", "timestamp")), Gen.Const(new SourceField("trait.plan", "traits.plan")),
        Gen.Const(new SourceField("identifier.customer_number", "identifiers[7]")))
        .Array[0, 5].Select(ImmutableArray.Create);

    private static readonly Gen<EventApplied> Events = Gen.Select(
        Texts, Numbers, Numbers, Texts, Lineage, Gen.Byte.Array[0, 900], Gen.Int[0, 3], Gen.Int[1, 3]).Select(
        static (text, number, other, value, lineage, raw, flags, identifiers) => new EventApplied(
            new CanonicalEvent
            {
                Source = "web",
                EventId = "e" + text,
                EventTime = new(number >> 20),
                Identifiers = [.. Enumerable.Range(0, identifiers).Select(i => new Identifier("user_id", $"u{i}"))],
                Fact = new Fact(
                    EventClass.OrderCompleted, Channel.Web, (int)(number & 0xffff), other, flags > 1 ? "EUR" : ""),
                Name = text,
                Traits = flags % 2 == 0 ? [] : [new TraitValue("plan", value), new TraitValue("x", "")],
                Consents = flags < 2 ? [] : [new ConsentStatement("ads", false), new ConsentStatement("mail", true)],
                SourceFields = lineage,
                CleaningVersion = 2,
                ContentHash = (ulong)other,
                Raw = raw,
            },
            [.. Enumerable.Range(0, identifiers).Select(i => Key((ulong)(9 - i)))], new((number >> 20) + (other >> 30)),
            flags == 3 ? [new JoinItem(Key(9), JoinKind.Member), new JoinItem(Key(9), JoinKind.Carrier)] : [],
            flags == 0 ? null : new ProfileId(Key(9)), flags));

    private readonly DeploymentKey _key = new(new byte[DeploymentKey.KeySize]);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void An_event_is_written_as_its_message_would_be_and_comes_back() => Events.Array[1, 4].Sample(events =>
    {
        var (writer, reader) = (Codec(), Codec());
        foreach (var (number, written) in events.Index())
        {
            var row = writer.Encode(written with { Event = written.Event with { EventId = $"{number}" } });
            Assert.Equal(Entry.Parser.ParseFrom(row.Entry.Span).ToByteArray(), row.Entry.ToArray());
            var read = Assert.IsType<EventApplied>(reader.Decode(row));
            Assert.Equal(written.Event.Fact, read.Event.Fact);
            Assert.Equal(written.Event.Name, read.Event.Name);
            Assert.Equal(written.Event.Traits.AsEnumerable(), read.Event.Traits);
            Assert.Equal(written.Event.Consents.AsEnumerable(), read.Event.Consents);
            Assert.Equal(written.Event.ContentHash, read.Event.ContentHash);
            Assert.Equal(written.Opened.AsEnumerable(), read.Opened);
            Assert.Equal(written.Profile, read.Profile);
            Assert.Equal(written.At, read.At);
            var (raw, fields) = reader.OpenPayload(row);
            Assert.Equal(written.Event.Raw.ToArray(), raw.ToArray());
            if (raw.Length > 0) Assert.Equal(written.Event.SourceFields.AsEnumerable(), fields);
        }
    });

    [Fact]
    public void What_is_sealed_of_an_event_is_written_as_its_messages_would_be() => Events.Sample(written =>
    {
        foreach (var withIdentifiers in (bool[])[false, true])
        {
            var counter = ProtoWriter.Counter;
            AppliedWriter.State(ref counter, written.Event, withIdentifiers);
            var bytes = new byte[counter.Length];
            var writer = new ProtoWriter(bytes);
            AppliedWriter.State(ref writer, written.Event, withIdentifiers);
            Assert.Equal(State.Parser.ParseFrom(bytes).ToByteArray(), bytes);
        }

        var payload = ProtoWriter.Counter;
        AppliedWriter.Payload(ref payload, written.Event);
        var sealedBytes = new byte[payload.Length];
        var payloadWriter = new ProtoWriter(sealedBytes);
        AppliedWriter.Payload(ref payloadWriter, written.Event);
        Assert.Equal(Payload.Parser.ParseFrom(sealedBytes).ToByteArray(), sealedBytes);
    });

    [Fact]
    public void Confirmed_joins_are_written_as_their_message_would_be_and_come_back() =>
        Gen.Select(Numbers, Numbers, Gen.Int[0, 15], Gen.Int[0, 70]).Sample((number, other, flags, homes) =>
        {
            var report = new NeighbourReport(
                Home(3), flags, [new Neighbour("user_id", Key(2)), new Neighbour("é", Key(7))],
                [.. Enumerable.Range(0, homes).Select(static i => Home((ulong)i))]);
            var entry = new JoinsConfirmed(
                [
                    new JoinConfirmation(
                        Key(1), (flags & 1) > 0, (flags & 2) > 0, number, (flags & 4) > 0, flags < 8 ? null : report),
                    new JoinConfirmation(Key(2), true, false, 0, false, null),
                ],
                new(other >> 20));
            var row = Codec().Encode(entry);
            Assert.Equal(Entry.Parser.ParseFrom(row.Entry.Span).ToByteArray(), row.Entry.ToArray());
            var read = Assert.IsType<JoinsConfirmed>(Codec().Decode(row));
            Assert.Equal(entry.At, read.At);
            Assert.Equal(entry.Confirmations[1], read.Confirmations[1]);
            Assert.Equal(
                entry.Confirmations[0] with { Report = null }, read.Confirmations[0] with { Report = null });
            var back = read.Confirmations[0].Report;
            Assert.Equal(flags < 8, back is null);
            if (back is not null) Assert.Equal(report.Superseded.AsEnumerable(), back.Superseded);
            if (back is not null) Assert.Equal(report.Neighbours.AsEnumerable(), back.Neighbours);
        });

    [Fact]
    public void A_pointer_is_written_as_its_message_would_be_and_comes_back() =>
        Gen.Select(Numbers, Numbers, Gen.Int[0, 255], Gen.Int[0, 5]).Sample((number, other, flags, carriers) =>
        {
            var codec = new PointerCodec(_key, RandomBlock.Fill);
            var state = new PointerState
            {
                Home = Home(4),
                Epoch = number,
                CarrierEpoch = other,
                Inert = (flags & 1) > 0,
                Uniting = (flags & 2) > 0,
                TellHome = (flags & 4) > 0,
                OverThreshold = (flags & 8) > 0,
                Uncounted = (flags & 16) > 0,
                HasSpilled = (flags & 32) > 0,
                SpilledToDo = (flags & 64) > 0,
                Rule = new ValueRule(flags, flags > 100 ? 3 : null, (flags & 128) > 0),
                JudgedVersion = flags,
                Live = carriers,
                Behind = flags % 7,
                Carriers = Enumerable.Range(0, carriers).ToImmutableSortedDictionary(
                    static i => Home((ulong)i), i => i == 0
                        ? Carrier.Moved
                        : new Carrier(
                            i, flags, [new Neighbour("user_id", Key((ulong)i)), new Neighbour("é", Key(7))], other)),
            };
            var row = codec.NextWrite(Key(1), new PointerChange(state, [])).Row;
            Assert.Equal(PointerForm.Parser.ParseFrom(row.State.Span).ToByteArray(), row.State.ToArray());
            var read = codec.Decode(row);
            Assert.Equal(state.Rule, read.Rule);
            Assert.Equal(state.View, read.View);
            Assert.Equal(
                state.Carriers.Select(static pair => (pair.Key, pair.Value.Handled, pair.Value.ReportVersion)),
                read.Carriers.Select(static pair => (pair.Key, pair.Value.Handled, pair.Value.ReportVersion)));
        });

    private HomeCodec Codec() => new(Home(1), _key, RandomBlock.Fill);
}
