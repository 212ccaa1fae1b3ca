using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.Protocol.Ingest.V1;


namespace MartechGrains.LoadTests.Driving;

/// <summary>Sends batches of events, serialised beforehand, and counts what was acknowledged.</summary>
public sealed class IngestLoad : IDisposable
{
    /// <summary>Most batches in flight.</summary>
    public const int MaxInFlight = 256;

    private const string ServiceName = "martechgrains.ingest.v1.IngestService";
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> IngestEvents =
        new(MethodType.Unary, ServiceName, "IngestEvents", Raw, Raw);

    private readonly GrpcChannel[] channels;
    private readonly Metadata headers = [];
    private readonly Lock gate = new();

    /// <summary>Prepares the connections.</summary>
    /// <param name="port">The server's gRPC port on this machine.</param>
    /// <param name="writeKey">The producer's key, or null.</param>
    /// <param name="connections">Connections, at least 1.</param>
    public IngestLoad(int port, string? writeKey, int connections)
    {
        var address = $"http://127.0.0.1:{port}";
        channels = [.. Enumerable.Range(0, connections).Select(_ => GrpcChannel.ForAddress(address))];
        if (writeKey is not null)
        {
            var credentials = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(writeKey + ":"));
            headers.Add("authorization", "Basic " + credentials);
        }
    }

    /// <summary>Sends batches as fast as they are acknowledged, until the time or the batches run out.</summary>
    /// <param name="batches">The serialised requests, each sent once.</param>
    /// <param name="inFlight">Batches in flight, 1 to <see cref="MaxInFlight"/>.</param>
    /// <param name="seconds">For how long at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LoadResult> ClosedAsync(
        IReadOnlyList<byte[]> batches, int inFlight, double seconds, CancellationToken cancellation)
    {
        var result = new LoadResult();
        var start = Stopwatch.GetTimestamp();
        var end = start + (long)Math.Min(seconds * Stopwatch.Frequency, long.MaxValue / 2);
        var next = -1;
        async Task Sender(int number)
        {
            while (Stopwatch.GetTimestamp() < end)
            {
                var index = Interlocked.Increment(ref next);
                if (index >= batches.Count)
                    return;
                await SendAsync(batches[index], number, Stopwatch.GetTimestamp(), result, cancellation);
            }
        }

        await Task.WhenAll(
            Enumerable.Range(0, inFlight).Select(number => Task.Run(() => Sender(number), cancellation)));
        result.Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return result;
    }

    /// <summary>Sends batches at a fixed rate, with latencies from the moment each was due.</summary>
    /// <param name="batches">The serialised requests, each sent once; bounds the duration.</param>
    /// <param name="batchesPerSecond">The rate.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LoadResult> OpenLoopAsync(
        IReadOnlyList<byte[]> batches, double batchesPerSecond, CancellationToken cancellation)
    {
        var result = new LoadResult();
        var start = Stopwatch.GetTimestamp();
        var schedule =
            new ArrivalSchedule(start, batchesPerSecond, batches.Count / batchesPerSecond, Stopwatch.Frequency);
        var running = new List<Task>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!schedule.IsOver)
        {
            running.RemoveAll(task => task.IsCompletedSuccessfully);
            while (schedule.Taken < batches.Count
                && schedule.TryTake(Stopwatch.GetTimestamp(), running.Count < MaxInFlight, out var intended))
            {
                var index = (int)schedule.Taken - 1;
                running.Add(SendAsync(batches[index], index, intended, result, cancellation));
            }

            await timer.WaitForNextTickAsync(cancellation);
        }

        await Task.WhenAll(running);
        result.Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        result.Dropped = schedule.Dropped;
        result.Late = schedule.Late;
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(channels, channel => channel.Dispose());

    private async Task SendAsync(
        byte[] batch, int number, long start, LoadResult result, CancellationToken cancellation)
    {
        var options = new CallOptions(headers, cancellationToken: cancellation);
        int kept;
        int refused;
        try
        {
            var invoker = channels[number % channels.Length].CreateCallInvoker();
            using var call = invoker.AsyncUnaryCall(IngestEvents, null, options, batch);
            (kept, refused) = Count(IngestEventsResponse.Parser.ParseFrom(await call.ResponseAsync));
        }
        catch (RpcException failure) when (failure.StatusCode is StatusCode.ResourceExhausted or StatusCode.Unavailable)
        {
            // Overload is a result, and counted as one; anything else is a fault of the set-up, and ends the run.
            (kept, refused) = (0, 1);
        }

        var ticks = Stopwatch.GetTimestamp() - start;
        lock (gate)
        {
            result.Completed += kept;
            result.Failed += refused;
            LoadResult.Record(result.Latencies, ticks);
        }
    }

    private static (int Kept, int Refused) Count(IngestEventsResponse response)
    {
        var kept = 0;
        foreach (var result in response.Results)
        {
            if (result.Status is EventResult.Types.Status.Accepted or EventResult.Types.Status.Duplicate)
                kept++;
        }

        return (kept, response.Results.Count - kept);
    }
}
