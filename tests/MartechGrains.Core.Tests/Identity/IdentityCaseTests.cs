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

    [Theory]
    [InlineData("{", "[]", "policy")]
    [InlineData("{}", "[]", "policy.namespaces")]
    [InlineData("""{"namespaces":[],"limits":1}""", "[]", "policy.limits")]
    [InlineData("""{"namespaces":[]}""", "[]", "policy")]
    [InlineData("""{"namespaces":[{"name":"A"}]}""", "[]", "policy.namespaces[0].priority")]
    [InlineData("""{"namespaces":[{"name":"A","priority":1,"maxPerProfile":"1"}]}""", "[]",
        "policy.namespaces[0].maxPerProfile")]
    [InlineData("""{"namespaces":[{"name":"A","priority":1}],"contested":"me"}""", "[]", "policy.contested")]
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
