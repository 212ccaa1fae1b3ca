using Google.Rpc;
using Grpc.Core;
using MartechGrains.Core.Events;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Ingress.Grpc;
using MartechGrains.Testing.Clients;
using Xunit;
using static MartechGrains.Server.Tests.Ingress.IngestServer;
using static MartechGrains.Server.Tests.Ingress.TypedEvents;
using Code = Google.Rpc.Code;
using Outcome = MartechGrains.Protocol.Ingest.V1.EventResult.Types.Status;

namespace MartechGrains.Server.Tests.Ingress;

public sealed class IngestStreamTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _patience = new(Patience);
    private IngestServer _server = null!;

    public async Task InitializeAsync() => _server = await IngestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _patience.Dispose();

    [Fact]
    public async Task Every_batch_gets_one_answer_with_a_result_per_event()
    {
        using var call = Open();
        for (var batch = 1; batch <= 100; batch++)
        {
            await call.RequestStream.WriteAsync(
                Batch(batch, Wrap(Purchase($"{batch}")), new Event(), Wrap(Purchase("x"))));
        }

        await call.RequestStream.CompleteAsync();
        var answers = await ReadAllAsync(call);
        Assert.Equal(Enumerable.Range(1, 100).Select(static id => (long)id), answers.Keys);
        Assert.All(answers.Values, static answer => Assert.Equal(
            [Outcome.Accepted, Outcome.Quarantined, Outcome.Accepted],
            answer.Results.Select(static result => result.Status)));
        Assert.Equal(100, _server.Ingested.Count);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task No_more_batches_than_the_limit_are_under_way()
    {
        const int batches = 3 * BatchStream.MaxBatchesInFlight;
        var entered = System.Threading.Channels.Channel.CreateUnbounded<TaskCompletionSource>();
        var underWay = 0;
        var mostUnderWay = 0;
        _server.Ingest = async (events, _) =>
        {
            var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (entered) mostUnderWay = Math.Max(mostUnderWay, ++underWay);
            entered.Writer.TryWrite(release);
            await release.Task;
            lock (entered) underWay--;
            return Results(events);
        };
        using var call = Open();
        for (var batch = 1; batch <= batches; batch++)
            await call.RequestStream.WriteAsync(Batch(batch, Wrap(Purchase($"{batch}"))));
        await call.RequestStream.CompleteAsync();
        var waiting = new Queue<TaskCompletionSource>();
        for (var i = 0; i < BatchStream.MaxBatchesInFlight; i++)
            waiting.Enqueue(await entered.Reader.ReadAsync(_patience.Token));
        for (var i = BatchStream.MaxBatchesInFlight; i < batches; i++)
        {
            Assert.False(entered.Reader.TryPeek(out _), "A batch was begun though none had ended.");
            waiting.Dequeue().SetResult();
            Assert.True(await call.ResponseStream.MoveNext(_patience.Token));
            waiting.Enqueue(await entered.Reader.ReadAsync(_patience.Token));
        }

        foreach (var release in waiting) release.SetResult();
        Assert.Equal(BatchStream.MaxBatchesInFlight, (await ReadAllAsync(call)).Count);
        Assert.Equal(BatchStream.MaxBatchesInFlight, mostUnderWay);
    }

    [Fact]
    public async Task A_slow_batch_does_not_hold_back_the_answers_of_others()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Ingest = async (events, _) =>
        {
            if (Accepted(events[0]).EventId == "1") await release.Task;
            return Results(events);
        };
        using var call = Open();
        await call.RequestStream.WriteAsync(Batch(1, Wrap(Purchase("1"))));
        await call.RequestStream.WriteAsync(Batch(2, Wrap(Purchase("2"))));
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext(_patience.Token));
        Assert.Equal(2, call.ResponseStream.Current.BatchId);
        release.SetResult();
        Assert.Equal(1, Assert.Single(await ReadAllAsync(call)).Key);
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_failure_of_one_batch_is_its_answer_and_the_stream_goes_on()
    {
        _server.Ingest = static (events, _) => Accepted(events[0]).EventId switch
        {
            "1" => throw new IngestOverloadedException(TimeSpan.FromSeconds(3)),
            "2" => throw new IngestUnavailableException(),
            "3" => throw new InvalidOperationException("secret detail"),
            _ => new(Results(events)),
        };
        using var call = Open();
        for (var batch = 1; batch <= 4; batch++)
            await call.RequestStream.WriteAsync(Batch(batch, Wrap(Purchase($"{batch}"))));
        await call.RequestStream.WriteAsync(Batch(5));
        var foreign = Batch(6, Wrap(Purchase("6")));
        foreign.Source = "pos";
        await call.RequestStream.WriteAsync(foreign);
        await call.RequestStream.WriteAsync(
            Batch(7, [.. Enumerable.Repeat(Wrap(Purchase("7")), EventLimits.MaxBatchEvents + 1)]));
        await call.RequestStream.WriteAsync(Batch(8, Wrap(Purchase("8"))));
        await call.RequestStream.CompleteAsync();
        var answers = await ReadAllAsync(call);
        Assert.Equal(
            [
                (Code.ResourceExhausted, "OVERLOADED"), (Code.Unavailable, "UNAVAILABLE"), (Code.Internal, "INTERNAL"),
                (Code.Ok, ""), (Code.InvalidArgument, "INVALID_FIELD"), (Code.PermissionDenied, "SOURCE_MISMATCH"),
                (Code.InvalidArgument, "BATCH_TOO_LARGE"), (Code.Ok, ""),
            ],
            answers.Values.Select(static answer => (
                (Code)(answer.Error?.Code ?? 0), answer.Error?.GetDetail<ErrorInfo>()?.Reason ?? "")));
        Assert.Equal(
            TimeSpan.FromSeconds(3), answers[1].Error.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan());
        Assert.NotNull(answers[2].Error.GetDetail<RetryInfo>());
        Assert.DoesNotContain("secret", answers[3].ToString(), StringComparison.Ordinal);
        Assert.All(answers.Values, static answer => Assert.Equal(answer.Error is null ? 1 : 0, answer.Results.Count));
    }

    [Fact]
    public async Task A_stream_without_a_known_key_fails_at_once()
    {
        using var call = _server.Client.StreamEvents(ClientExtensions.Key("wrong"), cancellationToken: _patience.Token);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(_patience.Token));
        Assert.Equal((StatusCode.Unauthenticated, "INVALID_WRITE_KEY"), (error.StatusCode, CallErrors.ReasonOf(error)));
        Assert.Empty(_server.Ingested);
    }

    [Fact]
    public async Task A_stream_of_no_batches_ends_well()
    {
        using var call = Open();
        await call.RequestStream.CompleteAsync();
        Assert.Empty(await ReadAllAsync(call));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_message_beyond_the_transports_limit_fails_the_call_after_the_batches_before_it()
    {
        using var call = Open();
        await call.RequestStream.WriteAsync(Batch(1, Wrap(Purchase("1"))));
        // Not awaited: once in some hundred times .NET's HTTP client leaves a write waiting for room that the call it
        // belongs to no longer gets, even after the call is disposed of.
        _ = call.RequestStream.WriteAsync(Batch(2, Segment(new string('x', 6 << 20))));
        Assert.True(await call.ResponseStream.MoveNext(_patience.Token));
        Assert.Equal(1, call.ResponseStream.Current.BatchId);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(_patience.Token));
        Assert.Equal((StatusCode.InvalidArgument, "BATCH_TOO_LARGE"), (error.StatusCode, CallErrors.ReasonOf(error)));
    }

    [Fact]
    public async Task A_message_with_text_in_no_utf8_is_refused_as_the_producers_fault()
    {
        byte[] message = [0x08, 0x01, 0x12, 0x01, 0xFF]; // batch_id 1, source of one byte that is no text
        var raw = Marshallers.Create<byte[]>(static bytes => bytes, static bytes => bytes);
        var method = new Method<byte[], byte[]>(
            MethodType.DuplexStreaming, "martechgrains.ingest.v1.IngestService", "StreamEvents", raw, raw);
        using var call = _server.Invoker.AsyncDuplexStreamingCall(
            method, null, new CallOptions(ClientExtensions.Key(Key), cancellationToken: _patience.Token));
        await call.RequestStream.WriteAsync(message);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(_patience.Token));
        Assert.Equal((StatusCode.InvalidArgument, "INVALID_FIELD"), (error.StatusCode, CallErrors.ReasonOf(error)));
    }

    [Fact]
    public async Task A_caller_that_leaves_cancels_what_is_under_way()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Ingest = async (_, cancellationToken) =>
        {
            cancellationToken.Register(() => cancelled.SetResult());
            entered.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return [];
        };
        using (var call = Open())
        {
            await call.RequestStream.WriteAsync(Batch(1, Wrap(Purchase("1"))));
            await entered.Task.WaitAsync(_patience.Token);
        }

        await cancelled.Task.WaitAsync(_patience.Token);
    }

    private static StreamEventsRequest Batch(long id, params Event[] events) =>
        new() { BatchId = id, Events = { events } };

    private AsyncDuplexStreamingCall<StreamEventsRequest, StreamEventsResponse> Open() =>
        _server.Client.StreamEvents(ClientExtensions.Key(Key), cancellationToken: _patience.Token);

    private static async Task<SortedDictionary<long, StreamEventsResponse>> ReadAllAsync(
        AsyncDuplexStreamingCall<StreamEventsRequest, StreamEventsResponse> call)
    {
        var answers = new SortedDictionary<long, StreamEventsResponse>();
        await foreach (var answer in call.ResponseStream.ReadAllAsync())
            Assert.True(answers.TryAdd(answer.BatchId, answer), "A batch was answered twice.");
        return answers;
    }
}
