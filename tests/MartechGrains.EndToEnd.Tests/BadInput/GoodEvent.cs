using Google.Protobuf;
using MartechGrains.Protocol.Ingest.V1;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>The neighbour of a bad event.</summary>
internal static class GoodEvent
{
    /// <summary>One event of a new person, in Segment's form.</summary>
    /// <param name="user">The person's user id.</param>
    public static Event Create(out string user)
    {
        user = $"good-{Guid.NewGuid():n}";
        return new Event
        {
            SegmentJson = ByteString.CopyFromUtf8(
                $$"""{"type":"track","event":"Signed In","messageId":"m-{{user}}","userId":"{{user}}"}"""),
        };
    }
}
