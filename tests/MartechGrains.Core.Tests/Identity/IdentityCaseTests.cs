using MartechGrains.Definitions;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

public class IdentityCaseTests
{
    private const string Policy =
        """{"namespaces":[{"name":"A","priority":1,"maxPerProfile":1},{"name":"B","priority":2}]}""";

    [Fact]
    public void Values_are_taken_as_they_are_and_repeated_identifiers_count_once()
    {
        const string events = """
            [{"eventTime":1,"identifiers":[
              {"namespace":"B","value":" x"},{"namespace":"A","value":"Null"},{"namespace":"A","value":"Null"}]}]
            """;
        var run = IdentityCase.Read(Policy, events).Run();
        Assert.Equal(["A:Null", "B: x"], Assert.Single(run.Profiles).AsEnumerable());
        Assert.False(run.Rejected);
    }

    [Fact]
    public void A_cannot_link_needs_two_different_identifiers()
    {
        const string events = """
            {"events":[],"decisions":[{"id":"d","kind":"cannot_link","identifiers":[
              {"namespace":"A","value":"a"},{"namespace":"A","value":"a"}]}]}
            """;
        var error = Assert.Throws<IdentityCaseException>(() => IdentityCase.Read(Policy, events));
        Assert.Equal("decisions[0]", error.Field);
    }

    [Fact]
    public void A_window_is_a_text_or_a_number_in_the_unit_of_the_event_times()
    {
        const string policy = """
            {"namespaces":[{"name":"A","priority":1,"maxPerProfile":1,"within":"2h"},
              {"name":"B","priority":1,"maxPerProfile":1,"within":30}]}
            """;
        Assert.Equal([7_200_000, 30L], IdentityCase.Read(policy, "[]").Policy.Namespaces.Select(n => n.LimitWindow));
    }

    [Theory]
    [InlineData("{", "[]", "policy")]
    [InlineData("{}", "[]", "policy.namespaces")]
    [InlineData("""{"namespaces":[],"limits":1}""", "[]", "policy.limits")]
    [InlineData("""{"namespaces":[]}""", "[]", "policy")]
    [InlineData("""{"namespaces":[{"name":"A"}]}""", "[]", "policy.namespaces[0].priority")]
    [InlineData("""{"namespaces":[{"name":"A","priority":1,"maxPerProfile":"1"}]}""", "[]",
        "policy.namespaces[0].maxPerProfile")]
    [InlineData("""{"namespaces":[{"name":"A","priority":1}],"contested":"me"}""", "[]", "policy.contested")]
    [InlineData("""{"namespaces":[{"name":"A","priority":1,"within":"7d"}]}""", "[]", "policy.namespaces[0].within")]
    [InlineData("""{"namespaces":[{"name":"A","priority":1,"maxPerProfile":1,"within":"0d"}]}""", "[]",
        "policy.namespaces[0].within")]
    [InlineData("""{"namespaces":[{"name":"A","priority":1,"maxPerProfile":1,"within":0}]}""", "[]",
        "policy.namespaces[0].within")]
    [InlineData("""{"namespaces":[{"name":"A","priority":1,"genericAfter":1}]}""", "[]", "policy")]
    [InlineData("""{"namespaces":[{"name":"A","priority":1,"blocked":{}}]}""", "[]", "policy.namespaces[0].blocked")]
    [InlineData("""{"namespaces":[{"name":"A","priority":1,"blocked":{"value":[]}}]}""", "[]",
        "policy.namespaces[0].blocked.value")]
    [InlineData("""{"namespaces":[{"name":"A","priority":1}],"blocked":{"patterns":["a","("]}}""", "[]",
        "policy.blocked.patterns[1]")]
    [InlineData("""{"namespaces":[{"name":"A","priority":1}],"blocked":{"values":[1]}}""", "[]",
        "policy.blocked.values[0]")]
    [InlineData(Policy, """{"events":[],"decisions":[{"id":"d","kind":"merge","identifiers":[]}]}""",
        "decisions[0].kind")]
    [InlineData(Policy, """{"events":[],"decisions":[{"kind":"linkable","identifiers":[]}]}""", "decisions[0].id")]
    [InlineData(Policy, """{"events":[],"decisions":[{"id":"","kind":"linkable","identifiers":[]}]}""",
        "decisions[0].id")]
    [InlineData(Policy, """{"events":[],"decisions":[{"id":"d","kind":"linkable","identifiers":[]}]}""",
        "decisions[0].identifiers")]
    [InlineData(Policy,
        """{"events":[],"decisions":[{"id":"d","kind":"must_link","identifiers":[{"namespace":"A","value":"a"}]}]}""",
        "decisions[0].identifiers")]
    [InlineData(Policy,
        """{"events":[],"decisions":[{"id":"d","kind":"linkable","identifiers":[{"namespace":"C","value":"a"}]}]}""",
        "decisions[0].identifiers[0]")]
    [InlineData(Policy, """{"events":[],"decisions":[{"id":"d","kind":"linkable","who":"me","identifiers":[]}]}""",
        "decisions[0].who")]
    [InlineData(Policy, "{}", "events")]
    [InlineData(Policy, """[{"eventTime":"now","identifiers":[]}]""", "events[0].eventTime")]
    [InlineData(Policy, """[{"eventTime":1}]""", "events[0].identifiers")]
    [InlineData(Policy, """[{"eventTime":1,"identifiers":[{"namespace":"C","value":"c"}]}]""",
        "events[0].identifiers[0]")]
    [InlineData(Policy, """[{"eventTime":1,"identifiers":[{"namespace":"A","value":1}]}]""",
        "events[0].identifiers[0].value")]
    public void What_is_no_case_is_refused_with_its_field_and_a_remedy(string policy, string events, string field)
    {
        var error = Assert.Throws<IdentityCaseException>(() => IdentityCase.Read(policy, events));
        Assert.Equal(field, error.Field);
        Assert.NotEmpty(error.Remedy);
    }
}
