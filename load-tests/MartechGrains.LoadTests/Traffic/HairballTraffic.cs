using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.LoadTests.Traffic;

/// <summary>People who each have a customer number of their own, and all one e-mail address and one device.</summary>
/// <param name="people">How many.</param>
/// <param name="start">When the first event happens; the others follow by the millisecond.</param>
public sealed class HairballTraffic(int people, DateTimeOffset start)
{
    /// <summary>Namespace of what everybody has for himself.</summary>
    public const string CustomerNumber = Namespaces.CustomerNumber;

    /// <summary>Namespace of the shared address.</summary>
    public const string Email = Namespaces.Email;

    /// <summary>Namespace of the shared device.</summary>
    public const string Device = Namespaces.DeviceId;

    /// <summary>Serialised requests for consecutive events.</summary>
    /// <param name="first">Number of the first event.</param>
    /// <param name="count">How many.</param>
    /// <param name="size">Events in a request.</param>
    public byte[][] Batches(int first, int count, int size) =>
    [
        .. Enumerable.Range(0, (count + size - 1) / size)
            .Select(batch => batch * size)
            .Select(offset => Batch(first + offset, Math.Min(size, count - offset))),
    ];

    /// <summary>A person's customer number.</summary>
    public static string Name(int person) => string.Create(CultureInfo.InvariantCulture, $"c{person}");

    private byte[] Batch(int first, int count)
    {
        var request = new IngestEventsRequest();
        for (var i = first; i < first + count; i++)
        {
            // Another person with each event: all people are there from the first tenths on.
            var person = (int)((long)i * 7919 % people);
            var typed = new TypedEvent
            {
                EventId = i.ToString(CultureInfo.InvariantCulture),
                EventTime = Timestamp.FromDateTimeOffset(start.AddMilliseconds(i)),
                EventClass = EventClass.PageViewed,
                Name = "page",
                Channel = Channel.Web,
            };
            Add(typed, CustomerNumber, Name(person));
            Add(typed, Email, "everybody@example.org");
            Add(typed, Device, "kiosk");
            request.Events.Add(new Event { Typed = typed });
        }

        return request.ToByteArray();
    }

    private static void Add(TypedEvent typed, string name, string value) =>
        typed.Identifiers.Add(new Identifier { Namespace = name, Value = value });
}
