using System.Collections.Concurrent;
using Grpc.Core;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Testing;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Support;

/// <summary>
/// Sends its share of events over StreamEvents until each is acknowledged, on new streams after the server was killed.
/// After each kill it also resends a random tenth of what was acknowledged already.
/// </summary>
internal sealed class EventProducer(
    ServerProcess server, IReadOnlyList<Event> events, Random random, Action<int> acknowledged, Tally? sent = null)
{
    /// <summary>Events of one batch.</summary>
    public const int BatchSize = 250;

    /// <summary>Batches without an answer.</summary>
    public const int MaxInFlight = 4;

    private readonly bool[] _isAcknowledged = new bool[events.Count];
    private readonly bool[] _wasAccepted = new bool[events.Count];

    /// <summary>Events sent again though they were acknowledged.</summary>
    public int Resent { get; private set; }

    /// <summary>Sends; returns once every event is acknowledged.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        IEnumerable<int> again = [];
        while (true)
        {
            var pending = Enumerable.Range(0, events.Count).Where(index => !_isAcknowledged[index]).Concat(again)
                .ToArray();
            if (pending.Length == 0)
                return;
            var kills = server.Kills;
            var address = await server.WaitUntilUpAsync(cancellation);
            try
            {
                await StreamAsync(address, pending, cancellation);
                again = [];
            }
            catch (Exception error) when (server.Kills != kills && IsBrokenConnection(error))
            {
                again = [.. Enumerable.Range(0, events.Count)
                    .Where(index => _isAcknowledged[index] && random.Next(10) == 0)];
                Resent += again.Count();
            }
        }
    }

    /// <summary>Whether a call failed because the server was killed meanwhile.</summary>
    public static bool IsBrokenConnection(Exception error) =>
        error is RpcException { StatusCode: StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled }
            or InvalidOperationException or ObjectDisposedException or OperationCanceledException or IOException;

    private async Task StreamAsync(ServerAddress address, int[] pending, CancellationToken cancellation)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var call = address.Channel.Ingest()
            .StreamEvents(ClientExtensions.Key("demo"), cancellationToken: cancellation);
        using var slots = new SemaphoreSlim(MaxInFlight);
        var inFlight = new ConcurrentDictionary<long, int[]>();
        var answers = ReadAnswersAsync();
        var batchId = 0L;
        try
        {
            foreach (var batch in pending.Chunk(BatchSize))
            {
                await slots.WaitAsync(broken.Token);
                inFlight[++batchId] = batch;
                var request = new StreamEventsRequest { BatchId = batchId, Events = { batch.Select(i => events[i]) } };
                await call.RequestStream.WriteAsync(request, broken.Token);
                sent?.Add();
            }

            await call.RequestStream.CompleteAsync();
        }
        finally
        {
            // What ended the answers says more than what it made of the writing.
            await answers;
        }

        Assert.Empty(inFlight);

        async Task ReadAnswersAsync()
        {
            try
            {
                await foreach (var answer in call.ResponseStream.ReadAllAsync(cancellation))
                {
                    Assert.Null(answer.Error);
                    Assert.True(inFlight.TryRemove(answer.BatchId, out var batch), "An answer to no batch.");
                    slots.Release();
                    Acknowledge(batch!, answer);
                }
            }
            catch
            {
                await broken.CancelAsync();
                throw;
            }
        }
    }

    private void Acknowledge(int[] batch, StreamEventsResponse answer)
    {
        Assert.Equal(batch.Length, answer.Results.Count);
        var fresh = 0;
        for (var i = 0; i < batch.Length; i++)
        {
            ClientExtensions.AssertKept(answer.Results[i]);
            if (answer.Results[i].Status == EventResult.Types.Status.Accepted)
            {
                Assert.False(_wasAccepted[batch[i]], "An event was accepted twice.");
                Assert.False(_isAcknowledged[batch[i]], "An event was accepted after it had been called a duplicate.");
                _wasAccepted[batch[i]] = true;
            }

            if (!_isAcknowledged[batch[i]])
                fresh++;
            _isAcknowledged[batch[i]] = true;
        }

        acknowledged(fresh);
    }
}
