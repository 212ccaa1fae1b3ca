using System.Globalization;
using MartechGrains.Protocol.Types.V1;
using Identifier = MartechGrains.Core.Identity.Identifier;

namespace MartechGrains.LoadTests.Traffic;

/// <summary>
/// Makes everybody known by all the identifiers that <see cref="TrafficGenerator"/> gives them, so that what follows
/// brings no new one but the browsers that neighbours share.
/// </summary>
/// <param name="start">When it happens.</param>
public sealed class Introductions(DateTimeOffset start)
{
    /// <summary>Events of each person.</summary>
    public const int EventsPerPerson = 5;

    /// <summary>Event <paramref name="index"/>: of person index / 5, the index % 5-th of that person.</summary>
    public TrafficEvent At(long index)
    {
        var person = (int)(index / EventsPerPerson);
        var step = (int)(index % EventsPerPerson);
        return new TrafficEvent
        {
            EventId = string.Create(CultureInfo.InvariantCulture, $"k{index}"),
            EventTime = start,
            Class = EventClass.PageViewed,
            Channel = step == 3 ? Channel.App : Channel.Web,
            Identifiers = IdentifiersOf(person, step),
            Person = person,
        };
    }

    private static Identifier[] IdentifiersOf(int person, int step) => step switch
    {
        < 3 => [People.Browser(person, step), People.UserId(person)],
        3 => [People.Phone(person), People.UserId(person)],
        _ => [People.UserId(person), People.Email(person), People.CustomerNumber(person)],
    };
}
