using System.Text;
using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Segment;
using Xunit;
using static MartechGrains.Core.Tests.Events.DecodingFixture;

namespace MartechGrains.Core.Tests.Events;

public class DecodingFuzzTests
{
    private static readonly byte[] Sample = Encoding.UTF8.GetBytes("""
        {"type":"track","messageId":"m1","timestamp":"2026-01-01T11:59:00Z","sentAt":"2026-01-01T12:00:00Z","userId":"u1",
        "event":"Order Completed","properties":{"revenue":39.95,"currency":"EUR","products":[{"quantity":2,"sku":"\u00e4"}]},
        "traits":{"email":"a@b.c"},"context":{"traits":{"phone":"+49"},"device":{"id":"d","adTrackingEnabled":true},
        "externalIds":[{"id":"x","type":"account_id","collection":"users","encoding":"none"}],"channel":"web",
        "consent":{"categoryPreferences":{"Ads":true,"mail":false}}}}
        """);

    private static readonly string[] Fragments =
        ["null", "{}", "[]", "\"\"", "-1", "1e999", "true", "\\u", "\\ud83d", "\"", "}", "]", ",", "\0", "0", "[[[[["];

    private static readonly Gen<byte[]> Mutated =
        Gen.Select(Gen.Int[0, Sample.Length - 1], Gen.Int[0, 12], Gen.OneOf(
                Gen.Byte.Array[0, 4], Gen.Int[0, Fragments.Length - 1]
                    .Select(i => Encoding.UTF8.GetBytes(Fragments[i]))))
            .Array[1, 4]
            .Select(changes =>
            {
                var bytes = new List<byte>(Sample);
                foreach (var (at, cut, insert) in changes)
                {
                    var start = Math.Min(at, bytes.Count);
                    bytes.RemoveRange(start, Math.Min(cut, bytes.Count - start));
                    bytes.InsertRange(start, insert);
                }

                return bytes.ToArray();
            });

    [Fact]
    public void Any_mutation_is_accepted_or_refused_with_a_code_and_always_the_same_way() =>
        Mutated.Sample(bytes => IsSound(bytes), iter: 20_000);

    [Fact]
    public void Any_member_may_hold_any_kind_of_value() =>
        Gen.Select(
                OneOf("type", "messageId", "timestamp", "originalTimestamp", "sentAt", "userId", "anonymousId",
                    "previousId", "groupId", "event", "name", "properties", "traits", "context", "channel"),
                OneOf("null", "true", "0", "-0", "1e5", "\"\"", "\"x\"", "[]", "[null]", "{}", "{\"traits\":1}",
                    "{\"device\":[]}", "{\"consent\":[]}",
                    "{\"consent\":{\"categoryPreferences\":{\"a b\":true}}}",
                    "{\"externalIds\":[{}]}", "{\"products\":[null]}", "{\"email\":[]}"),
                OneOf("track", "identify", "page", "screen", "group", "alias"))
            .Sample((name, value, type) => IsSound(Encoding.UTF8.GetBytes(
                $$"""{"event":"Order Completed","userId":"u","previousId":"a","groupId":"g","type":"{{type}}","{{name}}":{{value}}}""")));

    [Fact]
    public void Any_bytes_are_sound() => Gen.Byte.Array[0, 200].Sample(bytes => IsSound(bytes), iter: 5_000);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static bool IsSound(byte[] bytes)
    {
        var first = SegmentEventDecoder.Decode(bytes, Context());
        var second = SegmentEventDecoder.Decode(bytes, Context());
        return (first, second) switch
        {
            (DecodedEvent.Rejected one, DecodedEvent.Rejected two) =>
                one.Reason.Fault == two.Reason.Fault && one.Reason.Code.Length > 0 && one.Reason.Remedy.Length > 0,
            (DecodedEvent.Accepted one, DecodedEvent.Accepted two) =>
                one.Event.ContentHash == two.Event.ContentHash && one.Event.EventId == two.Event.EventId
                && one.Event.EventTime == two.Event.EventTime && one.Event.Fact == two.Event.Fact
                && one.Event.Identifiers.SequenceEqual(two.Event.Identifiers) && one.Event.Identifiers.Length > 0
                && one.Event.Traits.SequenceEqual(two.Event.Traits)
                && one.Event.Consents.SequenceEqual(two.Event.Consents)
                && one.Event.SourceFields.SequenceEqual(two.Event.SourceFields),
            _ => false,
        };
    }
}
