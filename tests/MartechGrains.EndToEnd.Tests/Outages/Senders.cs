using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Testing;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Outages;

/// <summary>Sends one event after the other over HTTP until one is not taken, and knows which were.</summary>
internal sealed class HttpSender(HttpClient http, string name)
{
    private static readonly Uri Track = new("/v1/track", UriKind.Relative);

    private readonly Tally _answers = new();
    private int _acknowledged;

    public Task ReachAsync(int answers, CancellationToken cancellation) => _answers.MoreAsync(answers, cancellation);

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var answer = await SendAsync(http, _acknowledged, cancellation);
                if (answer is null) return;
                Assert.Equal(1, answer.Value.GetProperty("accepted").GetInt32());
                _acknowledged++;
                _answers.Add();
            }
        }
        catch (HttpRequestException)
        {
            // The server is gone.
        }
    }

    /// <summary>Sends all that was acknowledged again: each is a duplicate.</summary>
    public async Task AssertKeptAsync(HttpClient restarted, CancellationToken cancellation)
    {
        for (var number = 0; number < _acknowledged; number++)
        {
            var answer = await SendAsync(restarted, number, cancellation);
            Assert.True(answer?.GetProperty("duplicates").GetInt32() == 1, $"{name}-{number} is lost: {answer}");
        }
    }

    private async Task<JsonElement?> SendAsync(HttpClient client, int number, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Track)
        {
            Content = JsonContent.Create(Events.Of(name, number)),
        };
        request.Headers.TryAddWithoutValidation("Authorization", ClientExtensions.Credentials("demo"));
        using var answer = await client.SendAsync(request, cancellation);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation)
            : null;
    }
}

/// <summary>Sends batches over one stream, several in flight, until it ends, and knows which were kept.</summary>
internal sealed class StreamSender(GrpcChannel channel, string name)
{
    private const int BatchSize = 50;
    private const int MaxInFlight = 24;

    private readonly ConcurrentDictionary<long, bool> _kept = new();
    private readonly Tally _answers = new();

    public Task ReachAsync(int answers, CancellationToken cancellation) => _answers.MoreAsync(answers, cancellation);

    /// <summary>Batches with an answer that comes after one without.</summary>
    public int Unanswered => _kept.IsEmpty ? 0 : (int)(_kept.Keys.Max() - _kept.Count);

    /// <summary>Sends; returns what the stream ended with.</summary>
    public async Task<RpcException> RunAsync(CancellationToken cancellation)
    {
        using var call = channel.Ingest().StreamEvents(
            ClientExtensions.Key("demo"), cancellationToken: cancellation);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var slots = new SemaphoreSlim(MaxInFlight);
        var writing = WriteAsync();
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (var answer in call.ResponseStream.ReadAllAsync(cancellation))
            {
                Assert.Null(answer.Error);
                Assert.All(answer.Results, ClientExtensions.AssertKept);
                Assert.True(_kept.TryAdd(answer.BatchId, true));
                slots.Release();
                _answers.Add();
            }
        });
        await ended.CancelAsync();
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return error;

        async Task WriteAsync()
        {
            for (var batch = 1L; ; batch++)
            {
                await slots.WaitAsync(ended.Token);
                await call.RequestStream.WriteAsync(Batch(batch), ended.Token);
            }
        }
    }

    /// <summary>Sends all batches that were answered again: each event is a duplicate.</summary>
    public async Task AssertKeptAsync(GrpcChannel restarted, CancellationToken cancellation)
    {
        foreach (var batch in _kept.Keys)
        {
            var answer = await restarted.Ingest().IngestEventsAsync(
                new IngestEventsRequest { Events = { Batch(batch).Events } },
                ClientExtensions.Key("demo"), cancellationToken: cancellation);
            Assert.All(
                answer.Results, result => Assert.Equal(EventResult.Types.Status.Duplicate, result.Status));
        }
    }

    private StreamEventsRequest Batch(long batch) => new()
    {
        BatchId = batch,
        Events =
        {
            Enumerable.Range(0, BatchSize).Select(i => new Event
            {
                SegmentJson = ByteString.CopyFrom(
                    JsonSerializer.SerializeToUtf8Bytes(Events.Of(name, (int)(batch * BatchSize) + i))),
            }),
        },
    };
}

/// <summary>Events by number.</summary>
internal static class Events
{
    private const int Users = 40;

    public static object Of(string name, int number) => new
    {
        type = "track",
        messageId = $"{name}-{number}",
        userId = $"{name}-{number % Users}",
        @event = "Product Viewed",
        timestamp = "2026-01-01T12:00:00Z",
    };
}
