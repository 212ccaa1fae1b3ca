using System.Text;
using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Segment;
using Xunit;

namespace MartechGrains.Core.Tests.Events;

public class SegmentRequestTests
{
    [Fact]
    public void A_batch_gives_its_time_and_context_to_events_that_have_none()
    {
        var (fault, key, events) = Batch("""
            {"batch":[{"a":1},{},{"sentAt":"own","context":{"ip":"2","x":null}},{"sentAt":null,"context":null},
              {"context":"odd"},7,"x",null,[{}]],
             "context":{"ip":"1","x":{"y":[1]},"ip":"3"},"sentAt":"T","writeKey":"k","integrations":{"All":true}}
            """);
        Assert.Null(fault);
        Assert.Equal("k", key);
        Assert.Equal(
            [
                """{"a":1,"context":{"x":{"y":[1]},"ip":"3"},"sentAt":"T"}""",
                """{"context":{"x":{"y":[1]},"ip":"3"},"sentAt":"T"}""",
                """{"sentAt":"own","context":{"ip":"2","x":null,"x":{"y":[1]}}}""",
                """{"sentAt":null,"context":null,"context":{"x":{"y":[1]},"ip":"3"},"sentAt":"T"}""",
                """{"context":"odd","context":{"x":{"y":[1]},"ip":"3"},"sentAt":"T"}""",
                "7", "\"x\"", "null", "[{}]",
            ],
            events);
    }

    [Fact]
    public void Events_of_a_batch_that_declares_nothing_keep_their_very_bytes() =>
        Assert.Equal(["""{ "a" : 1 }""", "{}"], Batch("""{"batch":[ { "a" : 1 } , {} ],"sentAt":null}""").Events);

    [Theory]
    [InlineData("", "MALFORMED_PAYLOAD", "")]
    [InlineData("[]", "MALFORMED_PAYLOAD", "")]
    [InlineData("{\"batch\":[{]}", "MALFORMED_PAYLOAD", "")]
    [InlineData("{\"batch\":[]} x", "MALFORMED_PAYLOAD", "")]
    [InlineData("{}", "MISSING_FIELD", "batch")]
    [InlineData("{\"batch\":{}}", "WRONG_TYPE", "batch")]
    [InlineData("{\"batch\":null}", "WRONG_TYPE", "batch")]
    public void A_body_that_is_no_batch_is_refused(string body, string code, string field)
    {
        var fault = Batch(body).Fault;
        Assert.Equal((code, field), (fault?.Code, fault?.Field));
    }

    [Fact]
    public void Count_and_shared_context_are_bounded()
    {
        static string Of(int count) => $"{{\"batch\":[{string.Join(',', Enumerable.Repeat("{}", count))}]}}";
        Assert.Equal(2_500, Batch(Of(2_500)).Events.Length);
        Assert.Equal("BATCH_TOO_LARGE", Batch(Of(2_501)).Fault?.Code);
        Assert.Equal("context", Batch($$"""{"context":{"x":"{{new string('x', 4096)}}"},"batch":[]}""").Fault?.Field);
    }

    [Theory]
    [InlineData("{}", """{"type":"track"}""")]
    [InlineData("""{"event":"X"}""", """{"event":"X","type":"track"}""")]
    [InlineData("""{"type":null}""", """{"type":null,"type":"track"}""")]
    [InlineData("""{"type":"page"}""", """{"type":"page"}""")]
    public void A_single_event_takes_its_type_from_the_path_where_it_has_none(string body, string expected)
    {
        Assert.Null(SegmentRequest.ReadSingle(Encoding.UTF8.GetBytes(body), "track", out var request));
        Assert.Equal(expected, Encoding.UTF8.GetString(Assert.Single(request!.Events).Span));
    }

    [Fact]
    public void Any_bytes_between_braces_are_cut_or_refused() =>
        Gen.Int[0, Alphabet.Length - 1].Array[0, 30].Sample(
            picks =>
            {
                var bytes = Encoding.UTF8.GetBytes("{" + string.Concat(picks.Select(pick => Alphabet[pick])) + "}");
                var batch = SegmentRequest.ReadBatch(bytes, out var cut);
                var single = SegmentRequest.ReadSingle(bytes, "track", out var one);
                return (batch is null) == (cut is not null) && (single is null) == (one is not null);
            },
            iter: 20_000);

    private static readonly string[] Alphabet =
    [
        "\"batch\":", "[", "]", "{", "}", ",", "\"sentAt\":", "\"context\":", "\"type\":", "null", "1", "\"\\ud800\"",
            ":",
        "\"a\"", "\"writeKey\":", "\"\\u0062atch\":",
    ];

    private static (EventFault? Fault, string? Key, string[] Events) Batch(string body)
    {
        var fault = SegmentRequest.ReadBatch(Encoding.UTF8.GetBytes(body), out var request);
        return (fault, request?.WriteKey, [.. request?.Events.Select(e => Encoding.UTF8.GetString(e.Span)) ?? []]);
    }
}
