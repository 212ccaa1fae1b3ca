using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Segment;
using Xunit;
using static MartechGrains.Core.Tests.Events.DecodingFixture;

namespace MartechGrains.Core.Tests.Events;

public class ConsentDecodingTests
{
    private const string Path = "context.consent.categoryPreferences";

    [Fact]
    public void Category_preferences_are_consent_to_the_purposes_they_name()
    {
        var accepted = Accept(Prefer("""{"Marketing.Email":true,"ads":false,"C0001":true,"unsaid":null}"""));
        Assert.Equal(
            (ConsentStatement[])[new("ads", false), new("c0001", true), new("marketing.email", true)],
            accepted.Consents.ToArray());
        Assert.Contains(new SourceField("consent.marketing.email", $"{Path}.Marketing.Email"), accepted.SourceFields);
        Assert.Contains(new SourceField("consent.ads", $"{Path}.ads"), accepted.SourceFields);
    }

    [Theory]
    [InlineData("""{"type":"page","userId":"u","context":{"consent":{"categoryPreferences":{"ads":true}}}}""")]
    [InlineData("""{"type":"identify","userId":"u","context":{"consent":{"categoryPreferences":{"ads":true}}}}""")]
    [InlineData("""{"type":"alias","userId":"u","previousId":"a","context":{"consent":{"categoryPreferences":{"ads":true}}}}""")]
    public void Every_type_of_event_may_carry_consent(string json) =>
        Assert.Equal(new ConsentStatement("ads", true), Assert.Single(Accept(json).Consents));

    [Theory]
    [InlineData("")]
    [InlineData(",\"context\":{}")]
    [InlineData(",\"context\":{\"consent\":null}")]
    [InlineData(",\"context\":{\"consent\":{}}")]
    [InlineData(",\"context\":{\"consent\":{\"categoryPreferences\":null}}")]
    [InlineData(",\"context\":{\"consent\":{\"categoryPreferences\":{}}}")]
    public void An_event_without_preferences_states_nothing(string members) =>
        Assert.Empty(Accept(Track("X", members)).Consents);

    [Fact]
    public void An_event_that_says_both_keeps_both_so_that_it_denies() => Assert.Equal(
        (ConsentStatement[])[new("ads", false), new("ads", true)],
        Accept(Prefer("""{"Ads":true,"ads":false,"ADS":true}""")).Consents.ToArray());

    [Theory]
    [InlineData("""{"ads":"yes"}""", "ignored.WRONG_TYPE", Path + ".ads")]
    [InlineData("""{"ads":7}""", "ignored.WRONG_TYPE", Path + ".ads")]
    [InlineData("""[true]""", "ignored.WRONG_TYPE", Path)]
    [InlineData("""{"sale of data":true}""", "ignored.OUT_OF_RANGE", Path)]
    [InlineData("""{"sale of data":7}""", "ignored.WRONG_TYPE", Path)]
    [InlineData("""{"":true}""", "ignored.OUT_OF_RANGE", Path)]
    [InlineData("""{"mar\u212Aeting":true}""", "ignored.OUT_OF_RANGE", Path)]
    [InlineData("""{"publicité":true}""", "ignored.OUT_OF_RANGE", Path)]
    public void What_is_no_consent_is_left_out_and_told_in_the_lineage(string preferences, string note, string field)
    {
        var accepted = Accept(Prefer(preferences));
        Assert.Empty(accepted.Consents);
        Assert.Contains(new SourceField(note, field), accepted.SourceFields);
    }

    [Theory]
    [InlineData("\"false\"", false, "string_to_boolean")]
    [InlineData("\"True\"", true, "string_to_boolean")]
    [InlineData("0", false, "number_to_boolean")]
    [InlineData("1", true, "number_to_boolean")]
    public void A_choice_in_another_type_is_taken_as_it_is_meant(string written, bool isGranted, string how)
    {
        var accepted = Accept(Prefer($"{{\"ads\":{written}}}"));
        Assert.Equal(new ConsentStatement("ads", isGranted), Assert.Single(accepted.Consents));
        Assert.Contains(new SourceField($"coerced.{how}", $"{Path}.ads"), accepted.SourceFields);
    }

    [Fact]
    public void Consent_that_is_no_object_is_left_out() => Assert.Contains(
        new SourceField("ignored.WRONG_TYPE", "context.consent"),
        Accept(Track("X", ",\"context\":{\"consent\":true}")).SourceFields);

    [Fact]
    public void Purposes_and_their_number_are_bounded()
    {
        static string Many(int count) =>
            Prefer($"{{{string.Join(',', Enumerable.Range(0, count).Select(static i => $"\"p{i}\":true"))}}}");
        Assert.Equal(EventLimits.MaxConsents, Accept(Many(EventLimits.MaxConsents)).Consents.Length);
        var reason = Reject(Many(EventLimits.MaxConsents + 1));
        Assert.Equal(("OUT_OF_RANGE", $"{Path}.p64"), (reason.Code, reason.Field));
        Accept(Prefer($"{{\"{new string('x', ConsentStatement.MaxPurposeLength)}\":true}}"));
        Assert.Empty(Accept(Prefer($"{{\"{new string('x', 65)}\":true}}")).Consents);
    }

    [Fact]
    public void Consent_is_part_of_the_content_and_its_spelling_is_not()
    {
        var granted = Accept(Prefer("""{"a":true,"b":false}"""));
        Assert.Equal(granted.ContentHash, Accept(Prefer("""{"B":false,"A":true,"c":null}""")).ContentHash);
        foreach (var other in (string[])["""{"a":true}""", """{"a":false,"b":false}""", """{"a":true,"c":false}"""])
            Assert.NotEqual(granted.ContentHash, Accept(Prefer(other)).ContentHash);
    }

    [Fact]
    public void Events_without_consent_keep_the_content_hash_they_had_before_there_was_any() => Assert.Equal(
        0x112CCCEA034C80D1u,
        Accept("""{"type":"track","messageId":"m","timestamp":"2026-01-01T11:50:00Z","userId":"u","event":"X"}""")
            .ContentHash);

    [Fact]
    public void Preferences_in_a_batchs_context_are_those_of_its_events_that_have_none()
    {
        var body = Encoding.UTF8.GetBytes("""
            {"context":{"consent":{"categoryPreferences":{"ads":false}}},"batch":[
              {"type":"track","event":"X","userId":"u"},
              {"type":"track","event":"X","userId":"u","context":{"consent":{"categoryPreferences":{"ads":true}}}}]}
            """);
        Assert.Null(SegmentRequest.ReadBatch(body, out var request));
        Assert.Equal(
            [false, true],
            request!.Events.Select(static json =>
                Assert.Single(Accept(Encoding.UTF8.GetString(json.Span)).Consents).IsGranted));
    }

    private static string Prefer(string preferences) =>
        Track("X", $$$""","context":{"consent":{"categoryPreferences":{{{preferences}}}}}""");
}
