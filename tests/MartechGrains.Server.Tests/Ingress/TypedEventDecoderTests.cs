using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Core.Events;
using MartechGrains.Core.Time;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Server.Ingress.Grpc;
using Xunit;
using static MartechGrains.Server.Tests.Ingress.TypedEvents;
using Channel = MartechGrains.Core.Events.Channel;
using EventClass = MartechGrains.Core.Events.EventClass;
using Wire = MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Server.Tests.Ingress;

public class TypedEventDecoderTests
{
    [Fact]
    public void A_purchase_needs_no_name_and_no_json()
    {
        var typed = Purchase();
        var accepted = Accepted(TypedEventDecoder.Decode(typed, Context));
        Assert.Equal(("web", "1", new EventTime(Time)), (accepted.Source, accepted.EventId, accepted.EventTime));
        Assert.Equal(new Fact(EventClass.OrderCompleted, Channel.Unknown, 1, 1177, "USD"), accepted.Fact);
        Assert.Equal("Order Completed", accepted.Name);
        Assert.Equal([new Core.Identity.Identifier("user_id", "u1")], accepted.Identifiers.ToArray());
        Assert.Equal(typed, TypedEvent.Parser.ParseFrom(accepted.Raw.Span));
        Assert.Contains(new SourceField("event_time", "event_time"), accepted.SourceFields);
        Assert.Contains(new SourceField("fact.class", "event_class"), accepted.SourceFields);
        Assert.Contains(new SourceField("identifier.user_id", "identifiers[0]"), accepted.SourceFields);
    }

    [Fact]
    public void What_is_not_stated_is_derived_from_name_and_properties()
    {
        var accepted = Accepted(TypedEventDecoder.Decode(
            Changed(static typed =>
            {
                typed.EventClass = Wire.EventClass.Unspecified;
                typed.Name = "Order Refunded";
                typed.Amount = null;
                typed.ClearUnits();
                typed.Channel = Wire.Channel.Store;
                typed.PropertiesJson = ByteString.CopyFromUtf8("""{"revenue":39.95,"quantity":2}""");
            }),
            Context with { DefaultCurrency = "EUR" }));
        Assert.Equal(new Fact(EventClass.OrderRefunded, Channel.Store, 2, 3995, "EUR"), accepted.Fact);
        Assert.Contains(new SourceField("fact.channel", "channel"), accepted.SourceFields);
        var bare = Changed(static typed =>
        {
            typed.Amount = null;
            typed.ClearUnits();
        });
        Assert.Equal(
            new Fact(EventClass.OrderCompleted, Channel.Unknown, 1),
            Accepted(TypedEventDecoder.Decode(bare, Context)).Fact);
    }

    [Fact]
    public void Traits_come_from_their_json_and_null_clears_one()
    {
        var accepted = Accepted(TypedEventDecoder.Decode(
            Changed(static typed =>
                typed.TraitsJson = ByteString.CopyFromUtf8("""{"plan":"free","old":null,"plan":"pro"}""")),
            Context));
        Assert.Equal([new TraitValue("old", "null"), new TraitValue("plan", "\"pro\"")], accepted.Traits.ToArray());
        Assert.Contains(new SourceField("trait.plan", "traits.plan"), accepted.SourceFields);
    }

    [Fact]
    public void Consent_statements_are_kept_with_their_purposes_in_lower_case()
    {
        var accepted = Accepted(TypedEventDecoder.Decode(
            Changed(static typed => typed.Consents.Add(
            [
                Consent("mail", Wire.ConsentChoice.Denied), Consent("Ads.Web", Wire.ConsentChoice.Granted),
            ])),
            Context));
        Assert.Equal(
            (Core.Events.ConsentStatement[])[new("ads.web", true), new("mail", false)], accepted.Consents.ToArray());
        Assert.Contains(new SourceField("consent.ads.web", "consents[1].purpose"), accepted.SourceFields);
        Assert.NotEqual(Accepted(TypedEventDecoder.Decode(Purchase(), Context)).ContentHash, accepted.ContentHash);
    }

    [Fact]
    public void Times_are_cut_to_whole_milliseconds()
    {
        var typed = Changed(static typed =>
            typed.EventTime = new Timestamp { Seconds = 1_700_000_000, Nanos = 1_999_999 });
        Assert.Equal(
            new EventTime(1_700_000_000_001), Accepted(TypedEventDecoder.Decode(typed, Context)).EventTime);
    }

    public static TheoryData<string, string, string> Faults => new()
    {
        { "no event id", "INVALID_EVENT_ID", "event_id" },
        { "257 byte event id", "INVALID_EVENT_ID", "event_id" },
        { "no time", "INVALID_EVENT_TIME", "event_time" },
        { "negative nanos", "INVALID_EVENT_TIME", "event_time" },
        { "too many nanos", "INVALID_EVENT_TIME", "event_time" },
        { "seconds beyond the year 9999", "INVALID_EVENT_TIME", "event_time" },
        { "least seconds", "INVALID_EVENT_TIME", "event_time" },
        { "future", "EVENT_TIME_IN_FUTURE", "event_time" },
        { "1970", "EVENT_TIME_TOO_OLD", "event_time" },
        { "unknown class", "OUT_OF_RANGE", "event_class" },
        { "class 256", "OUT_OF_RANGE", "event_class" },
        { "negative class", "OUT_OF_RANGE", "event_class" },
        { "unknown channel", "OUT_OF_RANGE", "channel" },
        { "neither class nor name", "MISSING_FIELD", "name" },
        { "name of 257 characters", "OUT_OF_RANGE", "name" },
        { "no identifier", "NO_IDENTIFIER", "identifiers" },
        { "empty identifier", "NO_IDENTIFIER", "identifiers[0]" },
        { "blocked identifier", "ONLY_BLOCKED_IDENTIFIERS", "identifiers[0]" },
        { "51 identifiers", "TOO_MANY_IDENTIFIERS", "identifiers[50]" },
        { "negative amount", "INVALID_AMOUNT", "amount" },
        { "amount without currency", "INVALID_AMOUNT", "amount" },
        { "negative units", "OUT_OF_RANGE", "units" },
        { "negative units of a page view", "OUT_OF_RANGE", "units" },
        { "amount of a page view", "OUT_OF_RANGE", "amount" },
        { "properties that are no object", "MALFORMED_PAYLOAD", "properties_json" },
        { "properties in no UTF-8", "MALFORMED_PAYLOAD", "properties_json" },
        { "broken traits", "MALFORMED_PAYLOAD", "traits_json" },
        { "consent of no choice", "OUT_OF_RANGE", "consents[1].choice" },
        { "consent of an unknown choice", "OUT_OF_RANGE", "consents[0].choice" },
        { "65 consents", "OUT_OF_RANGE", "consents[64].purpose" },
        { "32 KiB of properties", "EVENT_TOO_LARGE", "" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_names_code_field_and_remedy_and_keeps_the_bytes(string fault, string code, string field)
    {
        var typed = Changed(typed => Break(typed, fault));
        var reason = Rejected(TypedEventDecoder.Decode(typed, Context));
        Assert.Equal((code, field), (reason.Code, reason.Field));
        Assert.NotEmpty(reason.Kind);
        Assert.NotEmpty(reason.Remedy);
        Assert.Equal("web", reason.Source);
        Assert.Equal(typed.ToByteArray(), reason.Raw.ToArray());
        Assert.Equal(code == "INVALID_EVENT_ID" ? "" : "1", reason.EventId);
    }

    [Fact]
    public void Fields_of_a_later_version_are_kept_in_the_raw_bytes()
    {
        byte[] later = [.. Purchase().ToByteArray(), 0xFA, 0x3F, 0x01, 0x2A];
        var accepted = Accepted(TypedEventDecoder.Decode(TypedEvent.Parser.ParseFrom(later), Context));
        Assert.Equal(later, accepted.Raw.ToArray());
    }

    [Fact]
    public void Classes_and_channels_have_the_numbers_and_names_of_the_wire()
    {
        static string[] Names<T>() where T : struct, System.Enum =>
            [.. System.Enum.GetValues<T>().OrderBy(static value => Convert.ToInt32(value, null)).Select(static value =>
                $"{Convert.ToInt32(value, null)} {value}")];
        Assert.Equal(Names<Wire.EventClass>().Skip(1), Names<EventClass>().Skip(1));
        Assert.Equal(Names<Wire.Channel>().Skip(1), Names<Channel>().Skip(1));
        Assert.Equal(Wire.EventClass.Grouped, System.Enum.GetValues<Wire.EventClass>().Max());
        Assert.Equal(TypedEventNames.LastClass, (int)Wire.EventClass.Grouped);
        foreach (var stated in System.Enum.GetValues<EventClass>().Skip(1))
        {
            Assert.Equal(
                stated.ToString(), TypedEventNames.Of(stated).Replace(" ", "", StringComparison.Ordinal),
                ignoreCase: true);
        }
    }

    [Fact]
    public void Any_mutation_of_an_event_that_protobuf_reads_is_decoded_or_refused_the_same_way_each_time()
    {
        var sample = Changed(static typed =>
        {
            typed.Name = "Order Completed";
            typed.PropertiesJson = ByteString.CopyFromUtf8("""{"revenue":1.5,"products":[{"quantity":2}]}""");
            typed.TraitsJson = ByteString.CopyFromUtf8("""{"a":{"b":[1,2.50]}}""");
            typed.Consents.Add(Consent("ads", Wire.ConsentChoice.Denied));
        }).ToByteArray();
        Gen.Select(Gen.Int[0, sample.Length - 1], Gen.Byte).Array[1, 4].Sample(changes =>
        {
            var bytes = sample.ToArray();
            foreach (var (index, value) in changes) bytes[index] = value;
            TypedEvent typed;
            try
            {
                typed = TypedEvent.Parser.ParseFrom(bytes);
            }
            catch (InvalidProtocolBufferException)
            {
                return true;
            }

            var first = TypedEventDecoder.Decode(typed, Context);
            var again = TypedEventDecoder.Decode(typed.Clone(), Context);
            return (first, again) switch
            {
                (DecodedEvent.Accepted one, DecodedEvent.Accepted two) =>
                    one.Event.ContentHash == two.Event.ContentHash && one.Event.Fact == two.Event.Fact
                    && one.Event.EventTime.Milliseconds
                        == typed.EventTime.ToDateTimeOffset().ToUnixTimeMilliseconds(),
                (DecodedEvent.Rejected one, DecodedEvent.Rejected two) =>
                    one.Reason.Fault == two.Reason.Fault && one.Reason.Remedy.Length > 0,
                _ => false,
            };
        }, iter: 20_000);
    }

    [Fact]
    public void The_order_of_identifiers_changes_nothing() =>
        Gen.Select(
                Gen.OneOf(Gen.Const("user_id"), Gen.Const("email"), Gen.Const("phone")),
                Gen.String[Gen.Char['a', 'e'], 1, 2])
            .Array[1, 8].SelectMany(static ids => Gen.Shuffle(ids).Select(shuffled => (ids, shuffled)))
            .Sample(pair =>
            {
                var (one, two) = (Decode(pair.ids), Decode(pair.shuffled));
                Assert.Equal(one.Identifiers.ToArray(), two.Identifiers.ToArray());
                Assert.Equal(one.ContentHash, two.ContentHash);

                static CanonicalEvent Decode((string Namespace, string Value)[] ids)
                {
                    var typed = Purchase();
                    typed.Identifiers.Clear();
                    typed.Identifiers.Add(ids.Select(static id =>
                        new Wire.Identifier { Namespace = id.Namespace, Value = id.Value }));
                    return Accepted(TypedEventDecoder.Decode(typed, Context));
                }
            }, iter: 2_000);

    private static Protocol.Ingest.V1.ConsentStatement Consent(string purpose, Wire.ConsentChoice choice) =>
        new() { Purpose = purpose, Choice = choice };

    private static void Break(TypedEvent typed, string fault)
    {
        static ByteString Json(string text) => ByteString.CopyFromUtf8(text);
        Action change = fault switch
        {
            "no event id" => () => typed.EventId = "",
            "257 byte event id" => () => typed.EventId = new string('x', 257),
            "no time" => () => typed.EventTime = null,
            "negative nanos" => () => typed.EventTime.Nanos = -1,
            "too many nanos" => () => typed.EventTime.Nanos = 1_000_000_000,
            "seconds beyond the year 9999" => () => typed.EventTime.Seconds = 253_402_300_800,
            "least seconds" => () => typed.EventTime.Seconds = long.MinValue,
            "future" => () => typed.EventTime = Timestamp.FromDateTimeOffset(IngestServer.Now.AddMinutes(6)),
            "1970" => () => typed.EventTime = new Timestamp(),
            "unknown class" => () => typed.EventClass = (Wire.EventClass)21,
            "class 256" => () => typed.EventClass = (Wire.EventClass)263,
            "negative class" => () => typed.EventClass = (Wire.EventClass)(-1),
            "unknown channel" => () => typed.Channel = (Wire.Channel)9,
            "neither class nor name" => () => typed.EventClass = Wire.EventClass.Unspecified,
            "name of 257 characters" => () => typed.Name = new string('n', 257),
            "no identifier" => () => typed.Identifiers.Clear(),
            "empty identifier" => () => typed.Identifiers[0].Value = " ",
            "blocked identifier" => () => typed.Identifiers[0].Value = "null",
            "51 identifiers" => () => typed.Identifiers.Add(Enumerable.Range(0, 50).Select(static i =>
                new Wire.Identifier { Namespace = "email", Value = $"{i}@x.org" })),
            "negative amount" => () => typed.Amount.MinorUnits = -1,
            "amount without currency" => () => typed.Amount.CurrencyCode = "",
            "negative units" => () => typed.Units = -1,
            "negative units of a page view" => () =>
            {
                typed.EventClass = Wire.EventClass.PageViewed;
                typed.Amount = null;
                typed.Units = -1;
            }
            ,
            "amount of a page view" => () => typed.EventClass = Wire.EventClass.PageViewed,
            "properties that are no object" => () => typed.PropertiesJson = Json("[]"),
            "properties in no UTF-8" => () =>
                typed.PropertiesJson = ByteString.CopyFrom([.. "{\""u8, 0xFF, .. "\":1}"u8]),
            "broken traits" => () => typed.TraitsJson = Json("{\"a\":"),
            "consent of no choice" => () => typed.Consents.Add(
                [Consent("ads", Wire.ConsentChoice.Denied), Consent("mail", Wire.ConsentChoice.Unspecified)]),
            "consent of an unknown choice" => () => typed.Consents.Add(Consent("ads", (Wire.ConsentChoice)3)),
            "65 consents" => () => typed.Consents.Add(
                Enumerable.Range(0, 65).Select(static i => Consent($"p{i}", Wire.ConsentChoice.Granted))),
            "32 KiB of properties" => () => typed.PropertiesJson = Json($"{{\"a\":\"{new string('x', 32 * 1024)}\"}}"),
            _ => throw new ArgumentException($"No such fault: {fault}", nameof(fault)),
        };
        change();
    }
}
