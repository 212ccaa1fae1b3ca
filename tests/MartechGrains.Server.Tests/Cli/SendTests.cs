using System.Text;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using MartechGrains.Cli.Connection;
using MartechGrains.Protocol.Ingest.V1;
using Xunit;

namespace MartechGrains.Server.Tests.Cli;

public sealed class SendTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Events_are_sent_in_batches_as_the_bytes_of_their_lines()
    {
        await using var server = await FakeServer.StartAsync();
        byte[] invalid = [(byte)'{', 0xFF, (byte)'}'];
        await File.WriteAllBytesAsync(_file, [0xEF, 0xBB, 0xBF, .. "{\"a\":1}\r\n\n{\"b\":2}\n"u8, .. invalid]);

        var run = await server.RunAsync("send", _file, "--batch", "2", "--source", "web");

        Assert.Equal(ExitCode.Ok, run.Code);
        var batches = server.Ingest.Batches.ToArray();
        Assert.Equal([2, 1], batches.Select(batch => batch.Events.Count));
        Assert.All(batches, batch => Assert.Equal("web", batch.Source));
        Assert.Equal(2, batches.Select(batch => batch.BatchId).Distinct().Count());
        Assert.Equal(
            [Encoding.UTF8.GetBytes("{\"a\":1}"), Encoding.UTF8.GetBytes("{\"b\":2}"), invalid],
            batches.SelectMany(batch => batch.Events).Select(item => item.SegmentJson.ToByteArray()));
        Assert.Matches("accepted +│ +│ 3 ", run.Output);
    }

    [Fact]
    public async Task A_full_window_is_sent_before_the_first_answer()
    {
        await using var server = await FakeServer.StartAsync();
        server.Ingest.HoldUntil = 3;
        await WriteLinesAsync(20);

        var run = await server.RunAsync("send", _file, "--batch", "1", "--window", "3");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(20, server.Ingest.Batches.Count);
    }

    [Fact]
    public async Task No_more_than_the_window_is_sent_without_an_answer()
    {
        await using var server = await FakeServer.StartAsync();
        server.Ingest.HoldUntil = 4;
        await WriteLinesAsync(20);

        var run = await server.RunAsync(
            "--timeout", "0.3", "send", _file, "--batch", "1", "--window", "3", "--attempts", "1");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Equal(3, server.Ingest.Batches.Count);
    }

    [Fact]
    public async Task Batches_without_an_answer_are_sent_again_on_a_new_stream_and_only_those()
    {
        await using var server = await FakeServer.StartAsync();
        server.Ingest.Answer = (stream, batch) => (stream, batch.BatchId) switch
        {
            (1, 1) => FakeIngest.Accept(batch),
            (1, 2) => null,
            (1, _) => throw new RpcException(new global::Grpc.Core.Status(StatusCode.Unavailable, "going down")),
            _ => FakeIngest.Results(batch, _ => new EventResult { Status = EventResult.Types.Status.Duplicate }),
        };
        await WriteLinesAsync(4);

        var run = await server.RunAsync("--json", "send", _file, "--batch", "1", "--window", "3");

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(2, server.Ingest.Streams);
        var batches = server.Ingest.Batches.Select(batch => batch.BatchId).ToArray();
        Assert.Equal(1, batches.Count(id => id == 1));
        Assert.Equal(2, batches.Count(id => id == 2));
        using var summary = JsonDocument.Parse(run.Output);
        Assert.Equal(1, summary.RootElement.GetProperty("accepted").GetInt64());
        Assert.Equal(3, summary.RootElement.GetProperty("duplicates").GetInt64());
    }

    [Theory]
    [InlineData(Code.Unavailable)]
    [InlineData(Code.ResourceExhausted)]
    public async Task A_batch_refused_for_now_is_sent_again_on_the_same_stream(Code code)
    {
        await using var server = await FakeServer.StartAsync();
        var refusals = 0;
        server.Ingest.Answer = (_, batch) => refusals++ < 2 ? Refuse(batch, code) : FakeIngest.Accept(batch);
        await WriteLinesAsync(1);

        var run = await server.RunAsync("send", _file);

        Assert.Equal(ExitCode.Ok, run.Code);
        Assert.Equal(1, server.Ingest.Streams);
        Assert.Equal(3, server.Ingest.Batches.Count);
    }

    [Fact]
    public async Task Quarantined_events_are_told_by_reason_with_line_and_remedy()
    {
        await using var server = await FakeServer.StartAsync();
        server.Ingest.Answer = (_, batch) => FakeIngest.Results(batch, item =>
            item.SegmentJson.ToStringUtf8().Contains('2', StringComparison.Ordinal)
                ? new EventResult
                {
                    Status = EventResult.Types.Status.Quarantined,
                    Reason = "EVENT_TIME_IN_FUTURE",
                    Remedy = "send it when it has happened.",
                }
                : new EventResult { Status = EventResult.Types.Status.Accepted });
        await WriteLinesAsync(3);

        var run = await server.RunAsync("send", _file);

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Matches("accepted +│ +│ 2 ", run.Output);
        Assert.Matches(
            "quarantined │ EVENT_TIME_IN_FUTURE │ 1 +│ 2 +│ send it when it has happened.", run.Output);
    }

    [Fact]
    public async Task A_batch_refused_for_good_is_counted_and_the_rest_goes_on()
    {
        await using var server = await FakeServer.StartAsync();
        server.Ingest.Answer = (_, batch) =>
            batch.BatchId == 1 ? Refuse(batch, Code.InvalidArgument) : FakeIngest.Accept(batch);
        await WriteLinesAsync(3);

        var run = await server.RunAsync("send", _file, "--batch", "1");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Matches("failed +│ INVALID_ARGUMENT │ 1 ", run.Output);
        Assert.Matches("accepted +│ +│ 2 ", run.Output);
        Assert.Equal(3, server.Ingest.Batches.Count);
    }

    [Fact]
    public async Task A_wrong_write_key_is_not_tried_again_and_is_not_shown()
    {
        await using var server = await FakeServer.StartAsync();
        server.Ingest.Answer = (_, _) => throw new RpcException(
            new global::Grpc.Core.Status(StatusCode.Unauthenticated, "The write key is unknown."));
        await WriteLinesAsync(1);

        var run = await server.RunAsync("send", _file, "--write-key", "s3cret");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Equal(["Basic " + Convert.ToBase64String("s3cret:"u8)], server.Ingest.Authorizations);
        Assert.Contains("UNAUTHENTICATED: The write key is unknown.", run.Messages, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", run.Messages + run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_answer_it_gives_up_after_the_attempts()
    {
        await using var server = await FakeServer.StartAsync();
        server.Ingest.Answer = (_, _) => throw new RpcException(
            new global::Grpc.Core.Status(StatusCode.Unavailable, "No store."));
        await WriteLinesAsync(1);

        var run = await server.RunAsync("send", _file, "--attempts", "2");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Equal(2, server.Ingest.Streams);
        Assert.Contains("UNAVAILABLE: No store.", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_after_the_timeout()
    {
        await using var server = await FakeServer.StartAsync();
        server.Ingest.Answer = (_, _) => null;
        await WriteLinesAsync(1);

        var run = await server.RunAsync("--timeout", "0.2", "send", _file, "--attempts", "1");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains("DEADLINE_EXCEEDED", run.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_too_long_for_a_message_is_told_and_the_rest_is_sent()
    {
        await using var server = await FakeServer.StartAsync();
        await File.WriteAllTextAsync(_file, "{\"a\":1}\n" + new string('x', 3 * 1024 * 1024) + "\n{\"b\":2}\n");

        var run = await server.RunAsync("send", _file);

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Matches("failed +│ EVENT_TOO_LARGE │ 1 +│ 2 ", run.Output);
        Assert.Equal(
            ["{\"a\":1}", "{\"b\":2}"],
            server.Ingest.Batches.SelectMany(batch => batch.Events).Select(item => item.SegmentJson.ToStringUtf8()));
    }

    private static StreamEventsResponse Refuse(StreamEventsRequest batch, Code code) => new()
    {
        BatchId = batch.BatchId,
        Error = new Google.Rpc.Status
        {
            Code = (int)code,
            Message = "Not this one.",
            Details = { Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)) }) },
        },
    };

    private Task WriteLinesAsync(int count) =>
        File.WriteAllLinesAsync(_file, Enumerable.Range(1, count).Select(line => $"{{\"line\":{line}}}"));
}
