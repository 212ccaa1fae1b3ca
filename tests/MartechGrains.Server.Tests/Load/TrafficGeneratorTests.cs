using Google.Protobuf;
using MartechGrains.LoadTests.Traffic;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;

namespace MartechGrains.Server.Tests.Load;

public sealed class TrafficGeneratorTests
{
    private const int Sample = 40_000;

    private static readonly TrafficOptions Options = new() { Seed = 7, People = 2_000 };
    private static readonly TrafficGenerator Traffic = new(Options);

    [Fact]
    public void An_event_is_the_same_whether_made_alone_or_in_any_order()
    {
        var forward = Enumerable.Range(0, 500).Select(index => Line(Traffic, index)).ToList();
        var other = new TrafficGenerator(Options);
        for (var index = 499; index >= 0; index--)
            Assert.Equal(forward[index], Line(other, index));
    }

    [Fact]
    public void The_first_events_of_seed_7_stay_what_they_are()
    {
        // Pinned: a changed generator makes results of different commits incomparable, and should say so.
        var bytes = TypedEventEncoding.Batch(Traffic.At, 0, 1_000);
        var hash = System.Security.Cryptography.SHA256.HashData(bytes);
        Assert.Equal("2171B0233E64EBAD", Convert.ToHexString(hash)[..16]);
    }

    [Fact]
    public void Another_seed_makes_other_traffic()
    {
        var other = new TrafficGenerator(Options with { Seed = 8 });
        var same = Enumerable.Range(0, 1_000).Count(index => other.At(index).Person == Traffic.At(index).Person);
        Assert.InRange(same, 0, 200);
    }

    [Fact]
    public void One_event_in_a_hundred_repeats_an_earlier_one_to_the_byte()
    {
        var seen = new Dictionary<string, TypedEvent>();
        var repeated = 0;
        for (var index = 0; index < Sample; index++)
        {
            var typed = TypedEventEncoding.Typed(Traffic.At(index));
            if (seen.TryAdd(typed.EventId, typed))
                continue;
            Assert.Equal(seen[typed.EventId].ToByteString(), typed.ToByteString());
            repeated++;
        }

        Assert.InRange(repeated, Sample * 0.007, Sample * 0.013);
    }

    [Fact]
    public void One_event_in_twenty_is_late_by_up_to_three_days_and_none_is_early()
    {
        var late = 0;
        for (var index = 0; index < Sample; index++)
        {
            if (Traffic.OriginalIndex(index) != index)
                continue;
            var lateness = Options.Start + (Options.Spacing * index) - Traffic.At(index).EventTime;
            Assert.InRange(lateness, TimeSpan.Zero, Options.MaxLateness + TimeSpan.FromMilliseconds(1));
            if (lateness > TimeSpan.FromMinutes(1))
                late++;
        }

        Assert.InRange(late, Sample * 0.04, Sample * 0.06);
    }

    [Fact]
    public void The_most_active_person_makes_the_share_that_zipf_gives_them()
    {
        var popularity = new ZipfPopularity(Options.People, Options.ZipfExponent);
        var counts = new int[Options.People];
        for (var index = 0; index < Sample; index++)
            counts[Traffic.At(index).Person]++;
        Assert.InRange(counts[0], Sample * popularity.Share(0) * 0.9, Sample * popularity.Share(0) * 1.1);
        Assert.Equal(popularity.Share(0), popularity.Share(1) * Math.Pow(2, Options.ZipfExponent), 9);
        Assert.Equal(1, Enumerable.Range(0, Options.People).Sum(popularity.Share), 9);
        Assert.True(counts[0] > counts[9] && counts[9] > counts[99]);
    }

    [Fact]
    public void Zipf_picks_stay_in_bounds_at_both_ends()
    {
        var popularity = new ZipfPopularity(3, 1);
        Assert.Equal(0, popularity.Pick(0));
        Assert.Equal(2, popularity.Pick(Math.BitDecrement(1.0)));
        Assert.Equal(1, popularity.Pick(popularity.Share(0)));
    }

    [Fact]
    public void People_start_unknown_then_log_in_then_leave_an_address_and_never_go_back()
    {
        var known = new HashSet<int>();
        var firstWasUnknown = 0;
        var started = new HashSet<int>();
        for (var index = 0; index < Sample; index++)
        {
            if (Traffic.OriginalIndex(index) != index)
                continue;
            var made = Traffic.At(index);
            var isKnown = made.ValueOf(Namespaces.UserId) is not null || made.ValueOf(Namespaces.Email) is not null;
            if (started.Add(made.Person) && !isKnown)
                firstWasUnknown++;
            if (isKnown)
                known.Add(made.Person);
            else
                Assert.DoesNotContain(made.Person, known);
            if (made.ValueOf(Namespaces.CustomerNumber) is not null)
                Assert.Equal(EventClass.OrderCompleted, made.Class);
        }

        Assert.True(firstWasUnknown > started.Count / 2);
        Assert.True(known.Count > 100);
    }

    [Fact]
    public void Some_browsers_are_used_by_two_people_and_none_by_more()
    {
        var users = new Dictionary<string, HashSet<int>>();
        for (var index = 0; index < Sample; index++)
        {
            var made = Traffic.At(index);
            if (made.ValueOf(Namespaces.AnonymousId) is { } browser)
                (users.TryGetValue(browser, out var people) ? people : users[browser] = []).Add(made.Person);
        }

        Assert.InRange(users.Values.Count(people => people.Count == 2), 1, users.Count / 20);
        Assert.All(users.Values, people => Assert.InRange(people.Count, 1, 2));
    }

    [Fact]
    public void Orders_carry_an_amount_in_one_of_several_currencies_and_other_events_none()
    {
        var currencies = new HashSet<string>();
        var classes = new HashSet<EventClass>();
        for (var index = 0; index < Sample; index++)
        {
            var made = Traffic.At(index);
            classes.Add(made.Class);
            Assert.Equal(made.Class == EventClass.OrderCompleted, made.AmountMinorUnits is not null);
            if (made.CurrencyCode is { } currency)
                currencies.Add(currency);
        }

        Assert.Equal(["EUR", "GBP", "JPY", "USD"], currencies.Order(StringComparer.Ordinal));
        Assert.Equal(11, classes.Count);
    }

    [Fact]
    public void Segment_lines_carry_what_the_typed_events_carry()
    {
        var order = Enumerable.Range(0, Sample).Select(index => Traffic.At(index))
            .First(made => made is { Class: EventClass.OrderCompleted, CurrencyCode: "EUR" });
        using var line = System.Text.Json.JsonDocument.Parse(SegmentJsonEncoding.Line(order));
        var root = line.RootElement;
        Assert.Equal("track", root.GetProperty("type").GetString());
        Assert.Equal("Order Completed", root.GetProperty("event").GetString());
        Assert.Equal(order.EventId, root.GetProperty("messageId").GetString());
        Assert.Equal(order.EventTime, root.GetProperty("timestamp").GetDateTimeOffset());
        Assert.Equal(order.ValueOf(Namespaces.UserId), root.GetProperty("userId").GetString());
        Assert.Equal(order.AmountMinorUnits / 100m, root.GetProperty("properties").GetProperty("revenue").GetDecimal());
        Assert.Contains(root.GetProperty("context").GetProperty("externalIds").EnumerateArray(), id =>
            id.GetProperty("type").GetString() == Namespaces.CustomerNumber);
    }

    [Fact]
    public void Every_person_of_a_population_gets_the_same_six_events()
    {
        var traffic = new PopulationTraffic(Options.Start);
        var request = IngestEventsRequest.Parser.ParseFrom(
            TypedEventEncoding.Batch(traffic.At, 0, 100 * PopulationTraffic.EventsPerPerson));
        Assert.Equal(600, request.Events.Select(sent => sent.Typed.EventId).Distinct().Count());
        var users = request.Events.SelectMany(sent => sent.Typed.Identifiers)
            .Where(identifier => identifier.Namespace == Namespaces.UserId);
        Assert.Equal(100, users.Select(identifier => identifier.Value).Distinct().Count());
        Assert.Equal(100, request.Events.Count(sent => sent.Typed.EventClass == EventClass.OrderCompleted));
    }

    private static string Line(TrafficGenerator traffic, long index) => SegmentJsonEncoding.Line(traffic.At(index));
}
