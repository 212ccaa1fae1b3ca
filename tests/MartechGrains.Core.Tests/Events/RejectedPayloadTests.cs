using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Segment;
using Xunit;
using static MartechGrains.Core.Tests.Events.DecodingFixture;

namespace MartechGrains.Core.Tests.Events;

public class RejectedPayloadTests
{
    [Theory]
    [InlineData("{", "MALFORMED_PAYLOAD", "", "malformed JSON")]
    [InlineData("", "MALFORMED_PAYLOAD", "", "malformed JSON")]
    [InlineData("[]", "MALFORMED_PAYLOAD", "", "array")]
    [InlineData("\"x\"", "MALFORMED_PAYLOAD", "", "string")]
    [InlineData("{}", "UNKNOWN_EVENT_TYPE", "type", "missing")]
    [InlineData("""{"type":"dance"}""", "UNKNOWN_EVENT_TYPE", "type", "string")]
    [InlineData("""{"type":7}""", "WRONG_TYPE", "type", "number")]
    [InlineData("""{"type":"track","userId":"u"}""", "MISSING_FIELD", "event", "missing")]
    [InlineData("""{"type":"track","userId":"u","event":[5]}""", "WRONG_TYPE", "event", "array")]
    [InlineData("""{"type":"track","userId":"u\ud83d","event":"X"}""", "INVALID_IDENTIFIER", "userId", "broken character")]
    [InlineData("""{"type":"track","userId":1.5,"event":"X"}""", "WRONG_TYPE", "userId", "number")]
    [InlineData("""{"type":"track","userId":{"a":1},"event":"X"}""", "WRONG_TYPE", "userId", "object")]
    [InlineData("""{"type":"track","event":"X"}""", "NO_IDENTIFIER", "userId", "missing")]
    [InlineData(
        """{"type":"track","event":"X","userId":"","anonymousId":"  "}""",
        "NO_IDENTIFIER", "userId", "missing")]
    [InlineData(
        """{"type":"track","event":"X","userId":"null"}""",
        "ONLY_BLOCKED_IDENTIFIERS", "userId", "blocked value")]
    [InlineData("""{"type":"group","userId":"u"}""", "MISSING_FIELD", "groupId", "missing")]
    [InlineData("""{"type":"alias","userId":"u"}""", "MISSING_FIELD", "previousId", "missing")]
    [InlineData("""{"type":"alias","previousId":"u"}""", "MISSING_FIELD", "userId", "missing")]
    [InlineData(
        """{"type":"identify","traits":{"email":"x"}}""",
        "INVALID_IDENTIFIER", "traits.email", "text without @")]
    [InlineData(
        """{"type":"page","userId":"u","timestamp":"soon"}""",
        "INVALID_EVENT_TIME", "timestamp", "unreadable time")]
    [InlineData("""{"type":"page","userId":"u","timestamp":5}""", "WRONG_TYPE", "timestamp", "number")]
    public void Each_fault_is_told_with_code_field_and_kind(string json, string code, string field, string kind)
    {
        var reason = Reject(json);
        Assert.Equal((code, field, kind), (reason.Code, reason.Field, reason.Kind));
        Assert.EndsWith(".", reason.Remedy, StringComparison.Ordinal);
        Assert.Equal(json, Encoding.UTF8.GetString(reason.Raw.Span));
        Assert.Equal("shop", reason.Source);
    }

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", "EVENT_TIME_TOO_OLD")]
    [InlineData("1989-12-31T23:59:59.999Z", "EVENT_TIME_TOO_OLD")]
    [InlineData("2026-01-01T12:05:00.001Z", "EVENT_TIME_IN_FUTURE")]
    [InlineData("9999-12-31T23:59:59Z", "EVENT_TIME_IN_FUTURE")]
    public void Times_that_cannot_be_are_refused_with_the_id_kept(string timestamp, string code)
    {
        var reason = Reject($$"""{"type":"page","messageId":"m7","userId":"u","timestamp":"{{timestamp}}"}""");
        Assert.Equal((code, "timestamp", "m7"), (reason.Code, reason.Field, reason.EventId));
    }

    [Theory]
    [InlineData("1990-01-01T00:00:00Z")]
    [InlineData("2026-01-01T12:05:00.000Z")]
    public void Times_on_the_bounds_are_taken(string timestamp) =>
        Accept($$"""{"type":"page","userId":"u","timestamp":"{{timestamp}}"}""");

    [Fact]
    public void Invalid_utf8_is_refused_with_its_bytes_kept()
    {
        byte[] bytes = [.. "{\"type\":\"page\",\"userId\":\""u8, 0xC3, 0x28, .. "\"}"u8];
        var rejected = Assert.IsType<DecodedEvent.Rejected>(SegmentEventDecoder.Decode(bytes, Context()));
        Assert.Equal(("MALFORMED_PAYLOAD", "invalid UTF-8"), (rejected.Reason.Code, rejected.Reason.Kind));
        Assert.Equal(bytes, rejected.Reason.Raw.ToArray());
    }

    [Fact]
    public void Nesting_is_bounded_as_a_whole_and_per_trait()
    {
        static string Nested(int levels) => new string('[', levels) + new string(']', levels);
        static string Page(int levels) => $$$"""{"type":"page","userId":"u","properties":{"x":{{{Nested(levels)}}}}}""";
        static string Identify(int levels) => $$$"""{"type":"identify","userId":"u","traits":{"x":{{{Nested(levels)}}}}}""";
        Assert.Equal("nesting too deep", Reject(Page(10_000)).Kind);
        Accept(Page(30));
        Assert.Equal("nesting too deep", Reject(Page(31)).Kind);
        Assert.Single(Accept(Identify(16)).Traits);
        var cut = Accept(Identify(17));
        Assert.Empty(cut.Traits);
        Assert.Contains(new SourceField("ignored.OUT_OF_RANGE", "traits.x"), cut.SourceFields);
    }

    [Fact]
    public void Sizes_are_bounded()
    {
        static string Page(string members) => $$"""{"type":"identify","userId":"u",{{members}}}""";
        Assert.Equal("EVENT_TOO_LARGE", Reject(Page($"\"x\":\"{new string('x', 32 * 1024)}\"")).Code);
        Accept(Page($"\"messageId\":\"{new string('x', 100)}\""));
        Accept(Page($"\"traits\":{{\"x\":\"{new string('x', 8190)}\"}}"));
        LeavesOut("traits.x", $"\"traits\":{{\"x\":\"{new string('x', 8191)}\"}}", kept: 0);
        LeavesOut("traits", $"\"traits\":{{\"{new string('x', 129)}\":1}}", kept: 0);
        LeavesOut("traits.t99", $"\"traits\":{{{Many(257)}}}", kept: 256);
        Assert.Equal(256, Accept(Page($"\"traits\":{{{Many(256)}}}")).Traits.Length);

        static string Many(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"t{i}\":{i}"));

        static void LeavesOut(string field, string members, int kept)
        {
            var accepted = Accept(Page(members));
            Assert.Equal(kept, accepted.Traits.Length);
            Assert.Contains(new SourceField("ignored.OUT_OF_RANGE", field), accepted.SourceFields);
        }
    }

    [Fact]
    public void More_identifiers_than_one_person_can_have_are_refused()
    {
        static string With(int count) => Track("X", ",\"context\":{\"externalIds\":["
            + string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"id":"e{{i}}","type":"account_id"}"""))
            + "]}");
        Assert.Equal(50, Accept(With(49)).Identifiers.Length);
        var reason = Reject(With(50));
        Assert.Equal(("TOO_MANY_IDENTIFIERS", "context.externalIds[49].id"), (reason.Code, reason.Field));
        Assert.Equal("TOO_MANY_IDENTIFIERS", Reject(With(700)).Code);
    }
}
