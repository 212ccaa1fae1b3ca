using System.Globalization;
using MartechGrains.Protocol.Types.V1;

using Identifier = MartechGrains.Core.Identity.Identifier;

namespace MartechGrains.LoadTests.Traffic;

/// <summary>
/// The same short life for every person, so that all profiles exist and are about equally large: a visit, a login, a
/// product, an order, an e-mail and its opening. For measuring lookups.
/// </summary>
/// <param name="start">When the first person begins.</param>
public sealed class PopulationTraffic(DateTimeOffset start)
{
    /// <summary>Events of each person.</summary>
    public const int EventsPerPerson = 6;

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    /// <summary>Event <paramref name="index"/>: of person index / 6, the index % 6-th of that person's life.</summary>
    public TrafficEvent At(long index)
    {
        var person = (int)(index / EventsPerPerson);
        var step = (int)(index % EventsPerPerson);
        var browser = People.Browser(person, 0);
        return step switch
        {
            0 => Made(index, person, step, EventClass.PageViewed, Channel.Web, browser),
            1 => Made(index, person, step, EventClass.Identified, Channel.Web, browser, People.UserId(person),
                People.Email(person)) with
            { Traits = TrafficGenerator.TraitsOf(person) },
            2 => Made(index, person, step, EventClass.ProductViewed, Channel.Web, browser, People.UserId(person))
                with
            { Product = person % 500 },
            3 => Made(index, person, step, EventClass.OrderCompleted, Channel.Web, browser, People.UserId(person),
                People.CustomerNumber(person)) with
            { Product = person % 500, AmountMinorUnits = 1_000 + (person % 9_000), CurrencyCode = "EUR", Units = 1 },
            4 => Made(index, person, step, EventClass.MessageDelivered, Channel.Email, People.Email(person)),
            _ => Made(index, person, step, EventClass.MessageOpened, Channel.Email, People.Email(person)),
        };
    }

    private TrafficEvent Made(
        long index, int person, int step, EventClass eventClass, Channel channel, params Identifier[] identifiers) =>
        new()
        {
            EventId = string.Create(CultureInfo.InvariantCulture, $"p{index}"),
            EventTime = start + (Step * step),
            Class = eventClass,
            Channel = channel,
            Identifiers = identifiers,
            Person = person,
        };
}
