using System.Text;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using MartechGrains.Core.Events;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Server.Errors;
using MartechGrains.Testing.Clients;
using Xunit;
using static MartechGrains.Server.Tests.Ingress.IngestServer;
using static MartechGrains.Server.Tests.Ingress.TypedEvents;
using EventResult = MartechGrains.Core.Events.EventResult;
using Outcome = MartechGrains.Protocol.Ingest.V1.EventResult.Types.Status;
using Wire = MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Server.Tests.Ingress;

public sealed class IngestUnaryTests : IAsyncLifetime
{
    private const string Page = """
        {"type":"page","messageId":"m1","timestamp":"2026-01-01T11:59:00Z","anonymousId":"a1"}
        """;

    private IngestServer _server = null!;

    public async Task InitializeAsync() => _server = await IngestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_batch_is_answered_event_by_event_in_its_order()
    {
        _server.Ingest = static (events, _) =>
        {
            var results = Results(events);
            results[1] = new EventResult(EventStatus.Duplicate);
            return new(results);
        };
        var response = await SendAsync(
            Wrap(Purchase("a")), Wrap(Purchase("b")), Wrap(Changed(static typed => typed.EventTime = null)),
            Segment(Page));
        Assert.Equal(
            [Outcome.Accepted, Outcome.Duplicate, Outcome.Quarantined, Outcome.Accepted],
            response.Results.Select(static result => result.Status));
        var refused = response.Results[2];
        Assert.Equal(("INVALID_EVENT_TIME", "event_time"), (refused.Reason, refused.Field));
        Assert.Equal(QuarantineId, Guid.ParseExact(refused.QuarantineId, "D"));
        Assert.NotEmpty(refused.Remedy);
        Assert.Equal("", response.Results[0].Reason + response.Results[0].QuarantineId);
        Assert.True(_server.Ingested.TryDequeue(out var ingested));
        var accepted = ingested.OfType<DecodedEvent.Accepted>().Select(static item => item.Event).ToArray();
        Assert.Equal(["a", "b", "m1"], accepted.Select(static item => item.EventId));
        Assert.All(accepted, static item => Assert.Equal("web", item.Source));
        Assert.Equal(Encoding.UTF8.GetBytes(Page), Accepted(ingested[3]).Raw.ToArray());
    }

    [Fact]
    public async Task Events_that_cannot_be_used_are_quarantined_with_their_bytes_and_cost_no_other()
    {
        var manyIds = Changed(static typed => typed.Identifiers.Add(Enumerable.Range(0, 10_000).Select(static i =>
            new Wire.Identifier { Namespace = "user_id", Value = $"u{i}" })));
        Event[] events =
        [
            new(), Event.Parser.ParseFrom([0xFA, 0x01, 0x01, 0x2A]),
            new() { SegmentJson = ByteString.CopyFrom([.. "{\"userId\":\""u8, 0xFF, .. "\"}"u8]) }, Segment("[]"),
            Segment($$"""{"type":"page","userId":"u","x":"{{new string('x', 33_000)}}"}"""), Wrap(manyIds),
            Wrap(Changed(static typed => typed.Identifiers.Add(Enumerable.Range(0, 999).Select(static i =>
                new Wire.Identifier { Namespace = "user_id", Value = $"u{i}" })))),
            Wrap(Purchase()),
        ];
        var response = await SendAsync(events);
        Assert.Equal(
            [
                "UNKNOWN_EVENT_TYPE", "UNKNOWN_EVENT_TYPE", "MALFORMED_PAYLOAD", "MALFORMED_PAYLOAD", "EVENT_TOO_LARGE",
                "EVENT_TOO_LARGE", "TOO_MANY_IDENTIFIERS", "",
            ],
            response.Results.Select(static result => result.Reason));
        Assert.True(_server.Ingested.TryDequeue(out var ingested));
        Assert.Equal(events[1].ToByteArray(), Rejected(ingested[1]).Raw.ToArray());
        Assert.Equal(events[2].SegmentJson.ToByteArray(), Rejected(ingested[2]).Raw.ToArray());
        Assert.Equal(manyIds.ToByteArray(), Rejected(ingested[5]).Raw.ToArray());
    }

    [Fact]
    public async Task A_batch_has_1_to_2500_events()
    {
        Event[] events = [.. Enumerable.Range(0, EventLimits.MaxBatchEvents)
            .Select(static i => Wrap(Purchase($"{i}")))];
        Assert.Equal(EventLimits.MaxBatchEvents, (await SendAsync(events)).Results.Count);
        _server.Ingested.Clear();
        await RefusesAsync(StatusCode.InvalidArgument, "BATCH_TOO_LARGE", "events", [.. events, Wrap(Purchase("x"))]);
        await RefusesAsync(StatusCode.InvalidArgument, "INVALID_FIELD", "events");
    }

    [Fact]
    public async Task A_batch_of_more_than_4_mebibytes_is_refused_with_a_typed_answer()
    {
        static Event Sized(int bytes) => new() { SegmentJson = ByteString.CopyFrom(new byte[bytes]) };
        var full = Enumerable.Repeat(Sized(32 * 1024), 128).ToArray();
        Assert.Equal(128, (await SendAsync(full)).Results.Count);
        _server.Ingested.Clear();
        await RefusesAsync(StatusCode.InvalidArgument, "BATCH_TOO_LARGE", "events", [.. full, Sized(1)]);
        await RefusesAsync(StatusCode.InvalidArgument, "BATCH_TOO_LARGE", "events", Sized(5_000_000));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Basic d3Jvbmc6")]
    [InlineData("Basic Og==")]
    [InlineData("Basic !")]
    [InlineData("Bearer k-web")]
    public async Task A_call_needs_a_known_write_key(string? authorization)
    {
        var metadata = authorization is null ? [] : new Metadata { { "authorization", authorization } };
        var request = new IngestEventsRequest { Events = { Wrap(Purchase()) } };
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Client.IngestEventsAsync(request, metadata));
        Assert.Equal((StatusCode.Unauthenticated, "INVALID_WRITE_KEY"), (error.StatusCode, CallErrors.ReasonOf(error)));
        Assert.Empty(_server.Ingested);
    }

    [Fact]
    public async Task A_batch_may_name_the_keys_source_and_no_other()
    {
        var request = new IngestEventsRequest { Source = "pos", Events = { Wrap(Purchase()) } };
        await _server.Client.IngestEventsAsync(request, ClientExtensions.Key("k-pos"));
        Assert.True(_server.Ingested.TryDequeue(out var events));
        Assert.Equal("pos", Accepted(events[0]).Source);
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
            await _server.Client.IngestEventsAsync(request, ClientExtensions.Key(Key)));
        Assert.Equal((StatusCode.PermissionDenied, "SOURCE_MISMATCH"), (error.StatusCode, CallErrors.ReasonOf(error)));
        Assert.Empty(_server.Ingested);
    }

    [Fact]
    public async Task Where_no_key_is_configured_none_is_needed_but_a_wrong_one_is_still_refused()
    {
        await using var open = await IngestServer.StartAsync(needsKey: false);
        var request = new IngestEventsRequest { Events = { Wrap(Purchase()) } };
        await open.Client.IngestEventsAsync(request);
        request.Source = "shop";
        await open.Client.IngestEventsAsync(request);
        Assert.Equal(["demo", "shop"], open.Ingested.Select(static events => Accepted(events[0]).Source));
        request.Source = new string('s', 65);
        var tooLong = await Assert.ThrowsAsync<RpcException>(async () => await open.Client.IngestEventsAsync(request));
        Assert.Equal((StatusCode.InvalidArgument, "INVALID_FIELD"), (tooLong.StatusCode, CallErrors.ReasonOf(tooLong)));
        var wrong = await Assert.ThrowsAsync<RpcException>(async () =>
            await open.Client.IngestEventsAsync(request, ClientExtensions.Key("wrong")));
        Assert.Equal(StatusCode.Unauthenticated, wrong.StatusCode);
    }

    [Fact]
    public async Task Failures_that_pass_tell_when_to_send_again()
    {
        _server.Ingest = static (_, _) => throw new IngestOverloadedException(TimeSpan.FromSeconds(2));
        var overloaded = await FailAsync(Wrap(Purchase()));
        Assert.Equal(
            (StatusCode.ResourceExhausted, "OVERLOADED"), (overloaded.StatusCode, CallErrors.ReasonOf(overloaded)));
        var status = overloaded.GetRpcStatus()!;
        Assert.Equal(TimeSpan.FromSeconds(2), status.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan());
        _server.Ingest = static (_, _) => throw new IngestUnavailableException();
        var unavailable = await FailAsync(Wrap(Purchase()));
        Assert.Equal(
            (StatusCode.Unavailable, "UNAVAILABLE"), (unavailable.StatusCode, CallErrors.ReasonOf(unavailable)));
        Assert.NotNull(unavailable.GetRpcStatus()!.GetDetail<RetryInfo>());
    }

    [Fact]
    public async Task Faults_of_ours_are_internal_and_tell_nothing()
    {
        _server.Ingest = static (_, _) => throw new InvalidOperationException("secret detail");
        var failed = await FailAsync(Wrap(Purchase()));
        Assert.Equal((StatusCode.Internal, "INTERNAL"), (failed.StatusCode, CallErrors.ReasonOf(failed)));
        Assert.DoesNotContain("secret", failed.ToString(), StringComparison.Ordinal);
        _server.Ingest = static (_, _) => new([]);
        Assert.Equal(StatusCode.Internal, (await FailAsync(Wrap(Purchase()))).StatusCode);
    }

    private async Task<IngestEventsResponse> SendAsync(params Event[] events) => await _server.Client.IngestEventsAsync(
        new IngestEventsRequest { Events = { events } }, ClientExtensions.Key(Key));

    private Task<RpcException> FailAsync(params Event[] events) =>
        Assert.ThrowsAsync<RpcException>(() => SendAsync(events));

    private async Task RefusesAsync(StatusCode code, string reason, string field, params Event[] events)
    {
        var error = await FailAsync(events);
        Assert.Equal((code, reason), (error.StatusCode, CallErrors.ReasonOf(error)));
        var violation = Assert.Single(CallErrors.ViolationsOf(error));
        Assert.Equal(field, violation.Field);
        Assert.Empty(_server.Ingested);
    }
}
