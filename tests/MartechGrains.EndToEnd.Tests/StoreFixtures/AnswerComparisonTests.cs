using System.Text.Json;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.StoreFixtures;

public sealed class AnswerComparisonTests
{
    [Theory]
    [InlineData("""{"a": 1}""", """{"a": 1, "later": 2}""")]
    [InlineData("""{"a": [{"evaluatedAt": "then"}]}""", """{"a": [{"evaluatedAt": "now"}]}""")]
    [InlineData("""{"a": 1}""", """{"a": "1"}""")]
    public void An_answer_may_say_more_and_differ_where_a_rule_says_so(string then, string now) =>
        Assert.Empty(Differences(then, now));

    [Theory]
    [InlineData("""{"a": 1}""", "{}", "q a: 1 is not there.")]
    [InlineData("""{"a": 1}""", """{"a": 2}""", "q a: 1 is 2.")]
    [InlineData("""{"a": 1.5}""", """{"a": "1.5"}""", "q a: 1.5 is 1.5.")]
    [InlineData("""{"a": "1"}""", """{"a": 1}""", "q a: 1 is 1.")]
    [InlineData("""{"a": 1}""", "[1]", """q: {"a": 1} is [1].""")]
    [InlineData("[1]", "[1, 2]", "q: [1] is [1, 2].")]
    [InlineData("""[0, {"b": [true]}]""", """[0, {"b": [false]}]""", "q 1 b 0: True is False.")]
    public void All_else_is_a_difference_and_named_by_its_place(string then, string now, string difference) =>
        Assert.Equal([difference], Differences(then, now));

    private static IEnumerable<string> Differences(string then, string now) => AnswerComparison.Differences(
        JsonDocument.Parse(then).RootElement, JsonDocument.Parse(now).RootElement, "q");
}
