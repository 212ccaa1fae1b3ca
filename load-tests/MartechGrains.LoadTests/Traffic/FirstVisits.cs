using System.Globalization;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.LoadTests.Traffic;

/// <summary>Nobody comes twice: each event brings a new person, with browser, login and e-mail address.</summary>
/// <param name="start">When it happens.</param>
public sealed class FirstVisits(DateTimeOffset start)
{
    // Far from the people of other traffic.
    private const int FirstPerson = 100_000_000;

    /// <summary>The event at an index.</summary>
    public TrafficEvent At(long index)
    {
        var person = FirstPerson + (int)index;
        return new TrafficEvent
        {
            EventId = string.Create(CultureInfo.InvariantCulture, $"v{index}"),
            EventTime = start,
            Class = EventClass.Identified,
            Channel = Channel.Web,
            Identifiers = [People.Browser(person, 0), People.UserId(person), People.Email(person)],
            Person = person,
            Traits = TrafficGenerator.TraitsOf(person),
        };
    }
}
