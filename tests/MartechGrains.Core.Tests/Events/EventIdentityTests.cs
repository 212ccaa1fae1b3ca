using System.Text;
using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Segment;
using Xunit;
using static MartechGrains.Core.Tests.Events.DecodingFixture;

namespace MartechGrains.Core.Tests.Events;

public class EventIdentityTests
{
    private const string Body = "\"userId\":\"u\",\"event\":\"X\",\"properties\":{\"a\":1.0,\"b\":[1,{\"c\":\"d\"}]}";

    [Fact]
    public void A_resend_with_other_sent_and_received_times_has_the_same_time_hash_and_id() =>
        Gen.Select(Gen.Long[-290_000, 290_000], Gen.Long[0, 86_400_000], Gen.Bool).Sample((skew, later, hasId) =>
        {
            var id = hasId ? "\"messageId\":\"m\"," : "";
            string Sent(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at).ToString("O");
            CanonicalEvent At(long receivedAt) => Accept(
                $$"""{"type":"track",{{id}}"timestamp":"2026-01-01T11:50:00Z","sentAt":"{{Sent(receivedAt + skew)}}",{{Body}}}""",
                receivedAt);
            var first = At(ReceivedAt);
            var second = At(ReceivedAt + later);
            return first.EventTime == second.EventTime && first.ContentHash == second.ContentHash
                && first.EventId == second.EventId;
        });

    [Theory]
    [InlineData("""{"type":"track","timestamp":"2026-01-01T11:50:00Z","userId":"u","event":"X","properties":{"b":[1.0,{"c":"\u0064"}],"a":1}}""")]
    [InlineData("""{ "event":"X","type":"TRACK","timestamp":"2026-01-01T12:50:00.000+01:00","userId":"u","properties":{"a":10e-1,"b":[1,{"c":"d"}]},"context":{"ip":"1.2.3.4"},"originalTimestamp":"2026-01-01T10:00:00Z"}""")]
    public void The_same_content_in_another_spelling_or_from_another_sender_has_the_same_hash(string json) =>
        Assert.Equal(
            Accept($$"""{"type":"track","timestamp":"2026-01-01T11:50:00Z",{{Body}}}""").ContentHash,
            Accept(json).ContentHash);

    [Theory]
    [InlineData("""{"type":"track","timestamp":"2026-01-01T11:50:01Z","userId":"u","event":"X"}""")]
    [InlineData("""{"type":"track","timestamp":"2026-01-01T11:50:00Z","userId":"v","event":"X"}""")]
    [InlineData("""{"type":"track","timestamp":"2026-01-01T11:50:00Z","userId":"u","event":"Y"}""")]
    [InlineData("""{"type":"track","timestamp":"2026-01-01T11:50:00Z","userId":"u","event":"X","properties":{"a":1}}""")]
    [InlineData("""{"type":"track","timestamp":"2026-01-01T11:50:00Z","anonymousId":"u","event":"X"}""")]
    public void Other_content_has_another_hash_and_made_id(string json)
    {
        var one = Accept("""{"type":"track","timestamp":"2026-01-01T11:50:00Z","userId":"u","event":"X"}""");
        var other = Accept(json);
        Assert.NotEqual(one.ContentHash, other.ContentHash);
        Assert.NotEqual(one.EventId, other.EventId);
    }

    [Fact]
    public void A_made_id_says_so()
    {
        var made = Accept($$"""{"type":"track",{{Body}}}""");
        Assert.StartsWith("sha256-", made.EventId, StringComparison.Ordinal);
        Assert.Contains(new SourceField("event_id", "sha256(content)"), made.SourceFields);
        var context = Context() with { FallbackEventId = "topic-3-17" };
        var numbered = SegmentEventDecoder.Decode(Encoding.UTF8.GetBytes($$"""{"type":"track",{{Body}}}"""), context);
        Assert.Equal("topic-3-17", ((DecodedEvent.Accepted)numbered).Event.EventId);
    }

    [Theory]
    [InlineData("\"timestamp\":\"2026-01-01T11:50:00Z\",\"sentAt\":\"2026-01-01T11:50:01Z\"", "11:50:00", "timestamp")]
    [InlineData(
        "\"timestamp\":\"2026-01-01T13:50:00Z\",\"sentAt\":\"2026-01-01T14:00:00.4Z\"",
        "11:50:00", "timestamp")]
    [InlineData("\"timestamp\":\"2025-12-31T09:50:00Z\",\"sentAt\":\"2026-01-01T10:00:00Z\"", "-09:50:00", "timestamp")]
    [InlineData(
        "\"originalTimestamp\":\"2026-01-01T09:50:00Z\",\"sentAt\":\"2026-01-01T09:59:59.9Z\"",
        "11:50:00", "originalTimestamp")]
    [InlineData(
        "\"originalTimestamp\":\"2026-01-01T11:50:00Z\",\"sentAt\":\"2026-01-01T11:59:00Z\"",
        "11:50:00", "originalTimestamp")]
    [InlineData("\"originalTimestamp\":\"2026-01-01T11:50:00Z\"", "11:50:00", "originalTimestamp")]
    [InlineData("\"sentAt\":\"2026-01-01T03:00:00Z\"", "12:00:00", "received_at")]
    public void A_clock_is_corrected_only_where_it_is_proven_wrong(string times, string expected, string field)
    {
        var decoded = Accept($$"""{"type":"page","userId":"u",{{times}}}""");
        var time = DateTimeOffset.FromUnixTimeMilliseconds(decoded.EventTime.Milliseconds).UtcDateTime;
        var shown = (time.Day == 31 ? "-" : "") + time.ToString("HH:mm:ss", null);
        Assert.Equal(expected, shown);
        Assert.Contains(new SourceField("event_time", field), decoded.SourceFields);
    }

    [Theory]
    [InlineData("2026-01-01", true)]
    [InlineData("2026-01-01T10:00Z", true)]
    [InlineData("2026-01-01 10:00:00", true)]
    [InlineData("2026-01-01T10:00:00.123456789+0130", true)]
    [InlineData("2026-01-01T10:00:00-02", true)]
    [InlineData("2024-02-29T00:00:00Z", true)]
    [InlineData("2025-02-29T00:00:00Z", false)]
    [InlineData("2026-01-01T24:00:00Z", false)]
    [InlineData("2026-01-01T10:00:00.Z", false)]
    [InlineData("2026-01-01T10:00:00+1:00", false)]
    [InlineData("2026-01-01T10:00:00Zebra", false)]
    [InlineData("01/02/2026", false)]
    [InlineData("1767268800000", false)]
    public void Times_are_read_in_iso_8601_only(string text, bool isRead) =>
        Assert.Equal(
            isRead, Decode($$"""{"type":"page","userId":"u","timestamp":"{{text}}"}""") is DecodedEvent.Accepted);
}
