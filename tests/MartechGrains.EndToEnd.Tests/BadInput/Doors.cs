using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Ingest.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>Where events can be brought in.</summary>
public enum Door
{
    /// <summary>Segment over HTTP, each event in a request of its own.</summary>
    SegmentEvent,

    /// <summary>Segment over HTTP, all events in one batch.</summary>
    SegmentBatch,

    /// <summary>gRPC, one call.</summary>
    GrpcCall,

    /// <summary>gRPC, one batch of a stream.</summary>
    GrpcStream,

    /// <summary>The gRPC call as JSON over HTTP.</summary>
    JsonCall,
}

/// <summary>What a door says became of one event.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Reason">The reason, where it is in quarantine.</param>
/// <param name="Field">The field at fault.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="QuarantineId">Under which id it is in quarantine.</param>
/// <param name="Answer">All that the door said.</param>
internal sealed record Outcome(
    EventResult.Types.Status Status, string Reason, string Field, string Remedy, string QuarantineId, string Answer);

/// <summary>Sends events through doors.</summary>
internal static class Doors
{
    public const string Source = "shop";
    public const string Key = "k-shop";

    /// <summary>Sends events as one batch; tells what became of each, in order.</summary>
    public static async Task<IReadOnlyList<Outcome>> SendAsync(
        this ServerAddress server, Door door, params Event[] events)
    {
        switch (door)
        {
            case Door.SegmentEvent:
                var outcomes = new List<Outcome>();
                foreach (var item in events)
                    outcomes.AddRange(OutcomesOf(await server.PostAsync("/v1/track", BadEvent.BytesOf(item)), 1));
                return outcomes;
            case Door.SegmentBatch:
                return OutcomesOf(await server.PostAsync("/v1/batch", BatchOf(events)), events.Length);
            case Door.JsonCall:
                var message = JsonFormatter.Default.Format(new IngestEventsRequest { Events = { events } });
                var answer = await server.PostAsync("/v1/events:ingest", Encoding.UTF8.GetBytes(message));
                Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
                return OutcomesOf(JsonParser.Default.Parse<IngestEventsResponse>(answer.Text).Results, answer.Text);
            case Door.GrpcCall:
                var response = await server.Channel.Ingest().IngestEventsAsync(
                    new IngestEventsRequest { Events = { events } }, ClientExtensions.Key(Key));
                return OutcomesOf(response.Results, response.ToString());
            default:
                using (var call = server.Channel.Ingest().StreamEvents(ClientExtensions.Key(Key)))
                {
                    await call.RequestStream.WriteAsync(new StreamEventsRequest { BatchId = 7, Events = { events } });
                    await call.RequestStream.CompleteAsync();
                    var batch = Assert.Single(await call.ResponseStream.ReadAllAsync().ToListAsync());
                    Assert.Equal(7, batch.BatchId);
                    Assert.Null(batch.Error);
                    return OutcomesOf(batch.Results, batch.ToString());
                }
        }
    }

    /// <summary>Posts a body over HTTP, with the write key unless another is given.</summary>
    public static Task<HttpAnswer> PostAsync(
        this ServerAddress server, string path, byte[] body, string? key = Key, string encoding = "") =>
        server.Http.PostAsync(path, body, key, encoding);

    /// <summary>A batch of events in Segment's form, each with its own bytes.</summary>
    public static byte[] BatchOf(params Event[] events)
    {
        List<byte> body = [.. "{\"batch\":["u8];
        foreach (var item in events)
        {
            if (body[^1] != (byte)'[')
                body.Add((byte)',');
            body.AddRange(BadEvent.BytesOf(item));
        }

        return [.. body, .. "]}"u8];
    }

    private static IReadOnlyList<Outcome> OutcomesOf(IEnumerable<EventResult> results, string answer) =>
    [
        .. results.Select(result => new Outcome(
            result.Status, result.Reason, result.Field, result.Remedy, result.QuarantineId, answer)),
    ];

    private static Outcome[] OutcomesOf(HttpAnswer answer, int events)
    {
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        var outcomes = new Outcome[events];
        Array.Fill(outcomes, new Outcome(EventResult.Types.Status.Accepted, "", "", "", "", answer.Text));
        foreach (var item in answer.Json.GetProperty("quarantined").EnumerateArray())
        {
            outcomes[item.GetProperty("index").GetInt32()] = new Outcome(
                EventResult.Types.Status.Quarantined, TextOf(item, "code"), TextOf(item, "field"),
                TextOf(item, "remedy"), TextOf(item, "quarantineId"), answer.Text);
        }

        var accepted = outcomes.Count(outcome => outcome.Status == EventResult.Types.Status.Accepted);
        Assert.Equal(accepted, answer.Json.GetProperty("accepted").GetInt32());
        return outcomes;
    }

    private static string TextOf(JsonElement owner, string member) => owner.GetProperty(member).GetString()!;
}
