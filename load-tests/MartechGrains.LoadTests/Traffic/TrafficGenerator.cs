using System.Globalization;
using MartechGrains.Protocol.Types.V1;

using Identifier = MartechGrains.Core.Identity.Identifier;

namespace MartechGrains.LoadTests.Traffic;

/// <summary>
/// Realistic traffic of a shop, as a pure function of options and index. A person starts unknown on a browser, logs in
/// after a few events, leaves an e-mail address later, and gets a customer number with an order. How far a person is at
/// an index follows from the person's share of the events so far, not from a simulation of them: so any event can be
/// made alone.
/// </summary>
/// <param name="options">What traffic to make.</param>
public sealed class TrafficGenerator(TrafficOptions options)
{
    private const double NeverKnownShare = 0.1;
    private const double MaxEventsToLogin = 6;
    private const double MaxEventsFromLoginToEmail = 5;
    private const int MaxOwnBrowsers = 3;
    private const int Products = 500;
    private const int MinAmount = 500;
    private const int AmountSpread = 20_000;
    private const int MaxUnits = 4;

    private readonly StableRandom random = new(options.Seed);
    private readonly ZipfPopularity popularity = new(options.People, options.ZipfExponent);

    /// <summary>What traffic this makes.</summary>
    public TrafficOptions Options => options;

    /// <summary>The event at an index, which may repeat an earlier one.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is negative.</exception>
    public TrafficEvent At(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return Original(OriginalIndex(index));
    }

    /// <summary>The index of the event that stands at an index: an earlier one where it is a repetition.</summary>
    public long OriginalIndex(long index)
    {
        if (random.Unit(DrawTopic.Duplicate, index) >= options.DuplicateShare)
            return index;
        var distance = 1 + random.Below(DrawTopic.DuplicateDistance, index, options.MaxDuplicateDistance);
        return Math.Max(0, index - distance);
    }

    private TrafficEvent Original(long index)
    {
        var person = popularity.Pick(random.Unit(DrawTopic.Person, index));
        var eventsSoFar = popularity.Share(person) * index;
        var loginAfter = LoginAfter(person);
        var known = options.EveryoneIsKnown || eventsSoFar >= loginAfter;
        var hasEmail = options.EveryoneIsKnown || (known && eventsSoFar >= loginAfter
            + (random.Unit(DrawTopic.EmailAfter, person) * MaxEventsFromLoginToEmail));
        var (eventClass, channel) = ActivityMix.Pick(random.Unit(DrawTopic.Activity, index));
        if (!known)
            (eventClass, channel) = ActivityMix.ForUnknownPerson(eventClass, channel);

        var made = new TrafficEvent
        {
            EventId = string.Create(CultureInfo.InvariantCulture, $"e{options.Seed}-{index}"),
            EventTime = TimeOf(index),
            Class = eventClass,
            Channel = channel,
            Identifiers = IdentifiersOf(index, person, eventClass, channel, known, hasEmail),
            Person = person,
            Product = ConcernsProduct(eventClass) ? random.Below(DrawTopic.Product, index, Products) : null,
        };
        return eventClass switch
        {
            EventClass.OrderCompleted => WithOrder(made, index),
            EventClass.Identified => made with { Traits = TraitsOf(person) },
            _ => made,
        };
    }

    /// <summary>What the person declares; always the same.</summary>
    public static IReadOnlyDictionary<string, string> TraitsOf(int person) => new Dictionary<string, string>
    {
        ["first_name"] = string.Create(CultureInfo.InvariantCulture, $"Person {person}"),
        ["plan"] = (person % 3) switch { 0 => "free", 1 => "plus", _ => "business" },
    };

    private double LoginAfter(int person)
    {
        var unit = random.Unit(DrawTopic.LoginAfter, person);
        return unit < NeverKnownShare ? double.PositiveInfinity : 0.5 + (unit * MaxEventsToLogin);
    }

    private DateTimeOffset TimeOf(long index)
    {
        var time = options.Start + (options.Spacing * index);
        if (random.Unit(DrawTopic.Late, index) < options.LateShare)
            time -= options.MaxLateness * random.Unit(DrawTopic.LateBy, index);
        return DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
    }

    private List<Identifier> IdentifiersOf(
        long index, int person, EventClass eventClass, Channel channel, bool known, bool hasEmail)
    {
        if (channel == Channel.Email)
            return [hasEmail ? People.Email(person) : People.UserId(person)];
        var identifiers = new List<Identifier>(4)
        {
            channel == Channel.App ? People.Phone(person) : BrowserOf(index, person),
        };
        if (known)
            identifiers.Add(People.UserId(person));
        if (hasEmail && eventClass is (EventClass.OrderCompleted or EventClass.Identified))
            identifiers.Add(People.Email(person));
        if (eventClass == EventClass.OrderCompleted)
            identifiers.Add(People.CustomerNumber(person));
        return identifiers;
    }

    private Identifier BrowserOf(long index, int person)
    {
        var pair = person / 2;
        if (random.Unit(DrawTopic.SharedDevice, pair) < options.SharedDeviceShare
            && random.Unit(DrawTopic.OnSharedDevice, index) < options.OnSharedDeviceShare)
            return People.SharedBrowser(pair);
        // Squaring favours the first browser: most visits come from the main one.
        var unit = random.Unit(DrawTopic.OwnDevice, index);
        return People.Browser(person, (int)(unit * unit * MaxOwnBrowsers));
    }

    private TrafficEvent WithOrder(TrafficEvent made, long index)
    {
        var unit = random.Unit(DrawTopic.Amount, index);
        return made with
        {
            AmountMinorUnits = MinAmount + (long)(unit * unit * AmountSpread),
            CurrencyCode = random.Unit(DrawTopic.Currency, index) switch
            {
                < 0.5 => "EUR",
                < 0.8 => "USD",
                < 0.92 => "GBP",
                _ => "JPY",
            },
            Units = 1 + random.Below(DrawTopic.Units, index, MaxUnits),
        };
    }

    private static bool ConcernsProduct(EventClass eventClass) => eventClass is EventClass.ProductViewed
        or EventClass.ProductEngaged or EventClass.CartUpdated or EventClass.OrderCompleted;
}
