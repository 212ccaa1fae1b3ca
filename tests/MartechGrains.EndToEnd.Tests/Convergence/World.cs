using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.EndToEnd.Tests.Convergence;

/// <summary>An event and the source that sends it.</summary>
internal sealed record SourcedEvent(string Source, Event Event);

/// <summary>
/// Some people's events, by seed: several identifiers each, a tablet that a family shares, an account and a mailbox
/// that turn generic, a blocked value; orders, refunds, messages, traits, consent; equal times, and times that lie on
/// both sides of the edges behind which facts are kept by the day, and then only as totals. But for the blocked value,
/// worlds of different seeds share nothing, so that one server can take in many.
/// </summary>
internal sealed class World
{
    public const int Events = 60;

    /// <summary>The moment worlds are hashed at; all events are earlier.</summary>
    public static readonly DateTime AsOf = new(2025, 7, 1, 0, 0, 0, DateTimeKind.Utc);

    private const int People = 5;
    private const int MaxAgeDays = 900;
    private const string Blocked = "null";
    private static readonly string[] Sources = ["shop", "web"];
    private static readonly string[] Plans = ["\"free\"", "\"pro\"", "17", "null", "[1,{\"a\":2}]"];
    private static readonly string[] Purposes = ["ads", "mail"];

    private readonly string _name;
    private readonly Identifier[] _shared;
    private readonly Random _random;

    public World(int seed)
    {
        _name = seed.ToString("00", CultureInfo.InvariantCulture);
        _shared =
        [
            new() { Namespace = "device_id", Value = $"family-tablet-{_name}" },
            new() { Namespace = "account_id", Value = $"acme-{_name}" },
            new() { Namespace = "email", Value = $"team@acme-{_name}.example" },
            new() { Namespace = "anonymous_id", Value = $"kiosk-{_name}" },
            new() { Namespace = "device_id", Value = Blocked },
        ];
        _random = new Random(seed);
        // Few distinct moments, so that some are equal and ties must be broken.
        var moments = Enumerable.Range(0, Events * 2 / 3).Select(_ => NextMoment()).ToArray();
        List = [.. Enumerable.Range(0, Events).Select(number => Next(number, moments[_random.Next(moments.Length)]))];
        List.Add(List[0] with { Source = List[0].Source == Sources[0] ? Sources[1] : Sources[0] });
    }

    /// <summary>The events; the last has the first one's id, and another source.</summary>
    public List<SourcedEvent> List { get; }

    /// <summary>Everything that the events may carry, for lookups.</summary>
    public IEnumerable<Identifier> Identifiers => Enumerable.Range(0, People).SelectMany(Personal).Concat(_shared);

    /// <summary>Write keys by source.</summary>
    public static IReadOnlyDictionary<string, string> WriteKeys { get; } =
        Sources.ToDictionary(source => source, source => $"key-{source}");

    private Identifier[] Personal(int person)
    {
        var number = string.Create(CultureInfo.InvariantCulture, $"{_name}{person}");
        return
        [
            new() { Namespace = "user_id", Value = $"user-{number}" },
            new() { Namespace = "customer_number", Value = $"K{number}" },
            new() { Namespace = "email", Value = $"p{number}@home.example" },
            new() { Namespace = "email", Value = $"p{number}@work.example" },
            new() { Namespace = "phone", Value = $"+49301234{number}" },
            new() { Namespace = "anonymous_id", Value = $"cookie-{number}" },
            new() { Namespace = "device_id", Value = $"phone-{number}" },
        ];
    }

    private DateTime NextMoment()
    {
        var days = _random.Next(3) switch { 0 => 10, 1 => 60, _ => MaxAgeDays };
        return AsOf - TimeSpan.FromMilliseconds(1 + (long)(_random.NextDouble() * days * 86_400_000));
    }

    private SourcedEvent Next(int number, DateTime time)
    {
        var source = Sources[_random.Next(Sources.Length)];
        var id = string.Create(CultureInfo.InvariantCulture, $"w{_name}-e{number}");
        return new SourcedEvent(source, _random.Next(4) == 0 ? NextJson(id, time)
            : new Event { Typed = NextTyped(id, time) });
    }

    private TypedEvent NextTyped(string id, DateTime time)
    {
        var typed = new TypedEvent { EventId = id, EventTime = Timestamp.FromDateTime(time), Name = "Something" };
        typed.Identifiers.Add(NextIdentifiers());
        typed.EventClass = (EventClass)_random.Next(1, 21);
        typed.Channel = (Channel)_random.Next(9);
        if (typed.EventClass is EventClass.OrderCompleted or EventClass.OrderRefunded)
        {
            typed.Amount = new Money
            {
                CurrencyCode = _random.Next(2) == 0 ? "EUR" : "JPY",
                MinorUnits = _random.Next(100_000),
            };
            typed.Units = _random.Next(1, 9);
        }

        if (_random.Next(3) == 0)
            typed.TraitsJson = ByteString
                .CopyFromUtf8($"{{\"plan\":{Plans[_random.Next(Plans.Length)]},\"n\":\"{id}\"}}");
        while (_random.Next(3) == 0)
            typed.Consents.Add(new ConsentStatement
            {
                Purpose = Purposes[_random.Next(Purposes.Length)],
                Choice = (ConsentChoice)_random.Next(1, 3),
            });
        return typed;
    }

    /// <summary>
    /// One to three of a person's identifiers, sometimes along with something shared, sometimes only that.
    /// </summary>
    private IEnumerable<Identifier> NextIdentifiers()
    {
        var personal = Personal(_random.Next(People));
        _random.Shuffle(personal);
        var shared = _shared[_random.Next(_shared.Length)];
        return _random.Next(12) switch
        {
            0 when shared.Value != Blocked => [shared],
            <= 4 => [.. personal.Take(_random.Next(1, 3)), shared],
            _ => personal.Take(_random.Next(1, 4)),
        };
    }

    private Event NextJson(string id, DateTime time)
    {
        var person = string.Create(CultureInfo.InvariantCulture, $"{_name}{_random.Next(People)}");
        var cookie = _random.Next(4) == 0 ? $"kiosk-{_name}" : $"cookie-{person}";
        var body = _random.Next(3) switch
        {
            0 => $$$"""
                "type":"track","event":"Order Completed","properties":{"revenue":{{{_random.Next(1000)}}}.5,
                "currency":"EUR","products":[{"quantity":2},{"quantity":1}]}
                """,
            1 => $$$"""
                "type":"page","name":"Home",
                "context":{"consent":{"categoryPreferences":{"ads":{{{(_random.Next(2) == 0 ? "true" : "false")}}} } } }
                """,
            _ => $$$"""
                "type":"identify","traits":{"email":"P{{{person}}}@Home.example","plan":{{{Plans[_random.Next(Plans.Length)]}}}}
                """,
        };
        return new Event
        {
            SegmentJson = ByteString.CopyFromUtf8($$$"""
                {"messageId":"{{{id}}}","timestamp":"{{{time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)}}}",
                "userId":"user-{{{person}}}","anonymousId":"{{{cookie}}}",{{{body}}}}
                """),
        };
    }
}
