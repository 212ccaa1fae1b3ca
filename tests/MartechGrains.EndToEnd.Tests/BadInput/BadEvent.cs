using System.Text;
using Google.Protobuf;
using MartechGrains.Protocol.Ingest.V1;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>An event that cannot be used, and what is to be said of it.</summary>
/// <param name="Reason">The reason for which it is in quarantine.</param>
/// <param name="Field">The field at fault.</param>
/// <param name="Write">Writes the event, with the id it is given.</param>
/// <param name="Doors">The doors it can be sent through.</param>
internal sealed record BadEvent(string Reason, string Field, Func<string, Event> Write, params Door[] Doors)
{
    /// <summary>A name that the events carry, and that no answer and no line of the log may.</summary>
    public const string Personal = "Hedwig-Pfeiffer";

    /// <summary>Doors that refuse the request as a whole, since it cannot be cut into events.</summary>
    public Door[] RefusedBy { get; private init; } = [];

    /// <summary>One in Segment's form.</summary>
    public static BadEvent Segment(
        string reason, string field, Func<string, byte[]> write, params Door[] refusedBy) =>
        new(
            reason, field, id => new Event { SegmentJson = ByteString.CopyFrom(write(id)) },
            [.. Enum.GetValues<Door>().Except(refusedBy)])
        { RefusedBy = refusedBy };

    /// <summary>One in Segment's form, as text in which $ stands for its id.</summary>
    public static BadEvent Segment(string reason, string field, string json, params Door[] refusedBy) =>
        Segment(reason, field, id => Encoding.UTF8.GetBytes(json.Replace("$", id)), refusedBy);

    /// <summary>A track call with these members besides type, name and id.</summary>
    public static BadEvent Track(string reason, string field, string members) =>
        Segment(reason, field, $$"""{"type":"track","event":"Signed In","messageId":"$",{{members}}}""");

    /// <summary>The bytes that are to be kept of an event.</summary>
    public static byte[] BytesOf(Event item) => item.BodyCase switch
    {
        Event.BodyOneofCase.SegmentJson => item.SegmentJson.ToByteArray(),
        Event.BodyOneofCase.Typed => item.Typed.ToByteArray(),
        _ => item.ToByteArray(),
    };
}
