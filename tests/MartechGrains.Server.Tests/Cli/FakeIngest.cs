using System.Collections.Concurrent;
using Grpc.Core;
using MartechGrains.Protocol.Ingest.V1;

namespace MartechGrains.Server.Tests.Cli;

/// <summary>Records batches and answers each as scripted; unscripted ones are accepted.</summary>
internal sealed class FakeIngest : IngestService.IngestServiceBase
{
    private int _streams;

    /// <summary>What to do with a batch, by the number of the stream (1 is the first) and the batch.</summary>
    public Func<int, StreamEventsRequest, StreamEventsResponse?> Answer { get; set; } = (_, batch) => Accept(batch);

    public ConcurrentQueue<StreamEventsRequest> Batches { get; } = [];

    public ConcurrentQueue<string?> Authorizations { get; } = [];

    public int Streams => Volatile.Read(ref _streams);

    /// <summary>The number of batches from which on answers are given; until then they are held back.</summary>
    public int HoldUntil { get; set; }

    public static StreamEventsResponse Accept(StreamEventsRequest batch) =>
        Results(batch, _ => new EventResult { Status = EventResult.Types.Status.Accepted });

    public static StreamEventsResponse Results(StreamEventsRequest batch, Func<Event, EventResult> result) =>
        new() { BatchId = batch.BatchId, Results = { batch.Events.Select(result) } };

    public override async Task StreamEvents(
        IAsyncStreamReader<StreamEventsRequest> requestStream,
        IServerStreamWriter<StreamEventsResponse> responseStream,
        ServerCallContext context)
    {
        var stream = Interlocked.Increment(ref _streams);
        Authorizations.Enqueue(context.RequestHeaders.GetValue("authorization"));
        var held = new Queue<StreamEventsResponse>();
        await foreach (var batch in requestStream.ReadAllAsync(context.CancellationToken))
        {
            Batches.Enqueue(batch);
            if (Answer(stream, batch) is { } answer)
                held.Enqueue(answer);
            if (Batches.Count < HoldUntil)
                continue;
            while (held.TryDequeue(out var next))
                await responseStream.WriteAsync(next);
        }
    }
}
