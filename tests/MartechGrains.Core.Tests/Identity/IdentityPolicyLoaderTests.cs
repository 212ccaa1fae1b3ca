using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Definitions;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

public class IdentityPolicyLoaderTests
{
    private const string Valid = """
        kind: identity_policy
        version: 7
        namespaces:
          - name: user_id
            owner: stewards
            rationale: one per person
            priority: 1
            maxPerProfile: 1
          - name: device_id
            owner: stewards
            rationale: shared
            priority: 2
            contested: first
            genericAfter: 5
            reliability: observed
            blocked:
              - owner: stewards
                rationale: test devices
                values: ["lab"]
                patterns: ['^test-']
        unlistedSources: observed
        survivorship: newest
        sources:
          - name: crm
            owner: stewards
            rationale: system of record
            reliability: verified
        traits:
          - name: plan
            owner: billing
            rationale: only billing knows
            survivorship: reliable
        """;

    [Theory]
    [InlineData("device_id", "NULL", "blocked 1")]
    [InlineData("email", "000", "blocked 1")]
    [InlineData("email", "a@a.com", "namespace email blocked 1")]
    [InlineData("email", "noreply@shop.org", "namespace email blocked 1")]
    [InlineData("device_id", "noreply@shop.org", null)]
    [InlineData("email", "ada@x.org", null)]
    public void The_list_that_blocks_a_value_is_found(string name, string value, string? rule) =>
        Assert.Equal(rule, DefaultPolicy.LoadDefinition().RuleThatBlocks(new Identifier(name, value))?.Rule);

    [Fact]
    public void A_valid_file_gives_its_policy_with_owner_and_rationale_per_rule()
    {
        var result = IdentityPolicyLoader.Load(Valid, "x.yaml");
        Assert.Empty(result.Errors);
        var policy = result.Definition!.Policy;
        Assert.Equal(7, policy.Version);
        Assert.True(policy.IsUnique("user_id"));
        Assert.False(policy.IsUnique("device_id"));
        Assert.True(policy.TryGet("device_id", out var device));
        Assert.Equal((ContestedRule.First, 5, ReliabilityTier.Observed),
            (device.Contested, device.GenericAfter, device.Reliability));
        Assert.True(policy.IsBlocked(new Identifier("device_id", "LAB")));
        Assert.True(policy.IsBlocked(new Identifier("device_id", "test-1")));
        Assert.False(policy.IsBlocked(new Identifier("user_id", "test-1")));
        Assert.Equal(
            [
                ("namespace user_id", 4), ("namespace device_id", 9), ("namespace device_id blocked 1", 17),
                ("source crm", 24), ("trait plan", 29),
            ],
            result.Definition.Rules.Select(r => (r.Rule, r.Line)));
        Assert.Equal(("stewards", "shared"), (result.Definition.Rules[1].Owner, result.Definition.Rules[1].Rationale));
    }

    [Fact]
    public void A_policy_says_how_far_sources_are_believed_and_by_which_rule_traits_survive()
    {
        var survivorship = IdentityPolicyLoader.Load(Valid, "x.yaml").Definition!.Policy.Survivorship;
        Assert.Equal(ReliabilityTier.Verified, survivorship.TierOf("crm"));
        Assert.Equal(ReliabilityTier.Observed, survivorship.TierOf("web"));
        Assert.Equal(SurvivorshipRule.Reliable, survivorship.RuleOf("plan"));
        Assert.Equal(SurvivorshipRule.Newest, survivorship.RuleOf("city"));
        var none = IdentityPolicyLoader.Load(Valid[..Valid.IndexOf("unlisted", StringComparison.Ordinal)], "x.yaml");
        Assert.Equal(ReliabilityTier.Declared, none.Definition!.Policy.Survivorship.TierOf("crm"));
        Assert.Equal(SurvivorshipRule.Reliable, none.Definition.Policy.Survivorship.RuleOf("plan"));
    }

    [Fact]
    public void Sources_and_traits_are_bounded()
    {
        static string Sources(int count) => string.Concat(Enumerable.Range(0, count).Select(static i => $$"""
              - {name: s{{i}}, owner: o, rationale: r, reliability: verified}

            """));
        var faulty = Valid.Replace("sources:\n", $"sources:\n{Sources(1000)}", StringComparison.Ordinal);
        var error = Assert.Single(IdentityPolicyLoader.Load(faulty, "x.yaml").Errors);
        Assert.Contains("There are 1001 sources", error.Message, StringComparison.Ordinal);
        Assert.Contains("at most 1000", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version: 7", "version: 7\ncolour: red", 3, "'colour' is not a known key")]
    [InlineData("kind: identity_policy", "kind: feature", 1, "no identity policy")]
    [InlineData("version: 7", "# none", 1, "'version' is missing")]
    [InlineData("version: 7", "version: 0", 2, "'version' is not a whole number")]
    [InlineData("    priority: 2\n", "", 9, "device_id has no 'priority'")]
    [InlineData("priority: 2", "priority: high", 12, "'priority' is not a whole number from 1 to 1000")]
    [InlineData("priority: 2", "priority: 2\n    maxPerPerson: 1", 13, "'maxPerPerson' is not a known key")]
    [InlineData("maxPerProfile: 1", "maxPerProfile: 0", 8, "'maxPerProfile' is not a whole number")]
    [InlineData("maxPerProfile: 1", "maxPerProfile: 1\n    within: 0d", 9, "'within' is zero")]
    [InlineData("maxPerProfile: 1", "maxPerProfile: 1\n    within: 7w", 9, "'within' has an unknown unit")]
    [InlineData("maxPerProfile: 1", "maxPerProfile: 1\n    within: 7", 9, "'within' is not a whole number and a unit")]
    [InlineData("maxPerProfile: 1", "maxPerProfile: 1\n    within: -7d", 9, "is not a whole number and a unit")]
    [InlineData("maxPerProfile: 1", "maxPerProfile: 1\n    within: 3651d", 9, "'within' is longer than 3650d")]
    [InlineData("maxPerProfile: 1", "maxPerProfile: 1\n    within: 99999999999999999999s", 9, "longer than 3650d")]
    [InlineData("maxPerProfile: 1", "maxPerProfile: 1\n    within: [7d]", 9, "'within' is not a text")]
    [InlineData("priority: 2", "priority: 2\n    within: 7d", 13, "has 'within' but no 'maxPerProfile'")]
    [InlineData("maxPerProfile: 1", "maxPerProfile: 1\n    within: 7d", 15, "can never become generic")]
    [InlineData("version: 7", "version: 7\nmaxIdentifiers: 1", 3, "'maxIdentifiers' is not a whole number from 2")]
    [InlineData("version: 7", "version: 7\nmaxIdentifiers: many", 3, "'maxIdentifiers' is not a whole number from 2")]
    [InlineData("version: 7", "version: 7\ncontested: strongest", 3, "'contested' is not one of its words")]
    [InlineData("contested: first", "contested: ''", 13, "'contested' is not a text")]
    [InlineData("patterns: ['^test-']", "pattern: '^test-'", 20, "'pattern' is not a known key")]
    [InlineData("        rationale: test devices\n", "", 17, "'rationale' is missing")]
    [InlineData("    owner: stewards\n    rationale: shared", "    rationale: shared", 9, "'owner' is missing")]
    [InlineData("name: device_id", "name: user_id", 9, "user_id is there twice, first in line 4")]
    [InlineData("name: device_id", "name: device:id", 9, "is no name for a namespace")]
    [InlineData("contested: first", "contested: nobody", 14, "means genericAfter 2, but sets more")]
    [InlineData("contested: first", "contested: strongest", 13, "'contested' is not one of its words")]
    [InlineData("genericAfter: 5", "genericAfter: 1", 14, "'genericAfter' is not a whole number from 2")]
    [InlineData("genericAfter: 5", "genericAfter: 1001", 14, "'genericAfter' is not a whole number from 2 to 1000")]
    [InlineData("maxPerProfile: 1", "maxPerProfile: 2", 14, "can never become generic")]
    [InlineData("reliability: observed", "normaliser: ssn", 15, "'normaliser' is not one of its words")]
    [InlineData("reliability: observed", "defaultRegion: GB", 15, "holds no phone numbers")]
    [InlineData("reliability: observed", "normaliser: phone\n    defaultRegion: ZZ", 16, "no country")]
    [InlineData("    rationale: shared\n", "", 9, "'rationale' is missing")]
    [InlineData("- owner: stewards\n        rationale: test", "- rationale: test", 17, "'owner' is missing")]
    [InlineData("'^test-'", "'^test-('", 20, "no usable pattern")]
    [InlineData("'^test-'", "'(a)\\1'", 20, "no usable pattern")]
    [InlineData("[\"lab\"]", "[null]", 19, "holds something else than a text")]
    [InlineData("[\"lab\"]", "lab", 19, "'values' is not a list")]
    [InlineData("version: 7", "version: 7\nversion: 8", 3, "not valid YAML")]
    [InlineData("version: 7", "version: [7", 2, "not valid YAML")]
    [InlineData("kind: identity_policy", "- kind", 2, "not valid YAML")]
    public void A_fault_is_told_with_its_line_and_a_remedy(string text, string replacement, int line, string message) =>
        AssertFault(text, replacement, line, message);

    [Theory]
    [InlineData("unlistedSources: observed", "unlistedSources: rumoured", 21, "'unlistedSources' is not one of")]
    [InlineData("survivorship: newest", "survivorship: oldest", 22, "'survivorship' is not one of its words")]
    [InlineData("reliability: verified", "reliability: certain", 27, "source 1: 'reliability' is not one of its words")]
    [InlineData("    reliability: verified\n", "", 24, "The source crm has no 'reliability'")]
    [InlineData("reliability: verified", "reliability: verified\n    tier: 1", 28, "'tier' is not a known key")]
    [InlineData("name: crm", "name: crm\n    owner: x\n    rationale: y\n    reliability: observed\n  - name: crm", 28,
        "The source crm is there twice, first in line 24")]
    [InlineData("name: crm", "title: crm", 24, "source 1: 'name' is missing")]
    [InlineData("name: crm", "name: 01234567890123456789012345678901234567890123456789012345678901234", 24,
        "No source has this name")]
    [InlineData("    rationale: system of record\n", "", 24, "source 1: 'rationale' is missing")]
    [InlineData("sources:", "sources: crm\nsource:", 23, "'sources' is not a list")]
    [InlineData("survivorship: reliable", "survivorship: eldest", 32, "trait 1: 'survivorship' is not one of")]
    [InlineData("    survivorship: reliable", "", 29, "The trait plan has no 'survivorship'")]
    [InlineData("name: plan", "name: plan\n    owner: x\n    rationale: y\n    survivorship: newest\n  - name: plan",
        33, "The trait plan is there twice, first in line 29")]
    [InlineData("name: plan", "name: \"\\tplan\\tb\"", 29, "No trait has this name")]
    public void A_fault_of_survivorship_is_told_with_its_line_and_a_remedy(
        string text, string replacement, int line, string message) => AssertFault(text, replacement, line, message);

    private static void AssertFault(string text, string replacement, int line, string message)
    {
        Assert.Contains(text, Valid, StringComparison.Ordinal);
        var at = Valid.IndexOf(text, StringComparison.Ordinal);
        var result = IdentityPolicyLoader.Load(Valid.Remove(at, text.Length).Insert(at, replacement), "x.yaml");
        Assert.Null(result.Definition);
        var error = Assert.Single(result.Errors, e => e.Message.Contains(message, StringComparison.Ordinal));
        Assert.Equal(("x.yaml", line), (error.File, error.Line));
        Assert.NotEmpty(error.Remedy);
        Assert.StartsWith($"x.yaml({line},", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_set_for_the_whole_policy_holds_where_a_namespace_says_nothing_else()
    {
        var yaml = Valid.Replace("version: 7", """
            version: 7
            contested: nobody
            maxIdentifiers: 50
            blocked:
              - owner: stewards
                rationale: what programs send
                values: ["null"]
              - owner: security
                rationale: what attackers send
                patterns: ['^<script']
            """, StringComparison.Ordinal);
        var result = IdentityPolicyLoader.Load(yaml, "x.yaml");
        Assert.Empty(result.Errors);
        var policy = result.Definition!.Policy;
        Assert.Equal([ContestedRule.Nobody, ContestedRule.First], policy.Namespaces.Select(n => n.Contested));
        Assert.Equal([2, 5], policy.Namespaces.Select(n => n.GenericThreshold!.Value));
        Assert.Equal(50, policy.MaxIdentifiers);
        Assert.True(policy.IsBlocked(new Identifier("user_id", "NULL")));
        Assert.True(policy.IsBlocked(new Identifier("device_id", "<script>")));
        Assert.Equal(
            [("blocked 1", "stewards"), ("blocked 2", "security")],
            result.Definition.Rules.Take(2).Select(r => (r.Rule, r.Owner)));
    }

    [Theory]
    [InlineData("7d", 604_800_000)]
    [InlineData("36h", 129_600_000)]
    [InlineData("90m", 5_400_000)]
    [InlineData("30s", 30_000)]
    [InlineData("3650d", NamespacePolicy.MaxLimitWindow)]
    public void A_limit_may_hold_within_a_window_and_is_then_not_unique(string within, long milliseconds)
    {
        var yaml = Valid.Replace(
            "genericAfter: 5", $"maxPerProfile: 1\n    within: {within}", StringComparison.Ordinal);
        var policy = IdentityPolicyLoader.Load(yaml, "x.yaml").Definition!.Policy;
        Assert.True(policy.TryGet("device_id", out var device));
        Assert.Equal((1, milliseconds, false), (device.MaxPerProfile, device.LimitWindow, device.IsUnique));
        Assert.Equal(IdentityPolicy.DefaultMaxIdentifiers, policy.MaxIdentifiers);
        Assert.Equal(WindowFault.None, WindowText.Read(WindowText.Of(milliseconds), out var again));
        Assert.Equal(milliseconds, again);
    }

    [Fact]
    public void A_list_that_blocks_nothing_and_too_many_patterns_are_refused()
    {
        var empty = Valid.Replace("""
                    values: ["lab"]
                    patterns: ['^test-']
            """, "", StringComparison.Ordinal);
        Assert.Contains("blocks nothing",
            Assert.Single(IdentityPolicyLoader.Load(empty, "x.yaml").Errors).Message, StringComparison.Ordinal);
        var many = string.Join(", ", Enumerable.Range(0, BlockedValues.MaxPatterns + 1).Select(i => $"'^{i}$'"));
        var error = Assert.Single(IdentityPolicyLoader.Load(
            Valid.Replace("'^test-'", many, StringComparison.Ordinal), "x.yaml").Errors);
        Assert.Contains("too many patterns", error.Message, StringComparison.Ordinal);
        Assert.Equal(17, error.Line);
    }

    [Fact]
    public void All_faults_of_a_file_are_told_at_once_in_the_order_of_its_lines()
    {
        var faulty = Valid.Replace("priority: 1", "priority: x", StringComparison.Ordinal)
            .Replace("genericAfter: 5", "genericAfter: x", StringComparison.Ordinal)
            .Replace("version: 7", "versions: 7", StringComparison.Ordinal);
        var lines = IdentityPolicyLoader.Load(faulty, "x.yaml").Errors.Select(e => e.Line).ToArray();
        Assert.Equal([1, 2, 7, 14], lines);
    }

    [Theory]
    [InlineData("")]
    [InlineData("just text")]
    [InlineData("a: 1\n---\nb: 2\n")]
    public void A_text_that_is_no_single_mapping_is_refused(string yaml) =>
        Assert.Contains("not one YAML mapping",
            Assert.Single(IdentityPolicyLoader.Load(yaml, "x.yaml").Errors).Message, StringComparison.Ordinal);

    [Fact]
    public void Depth_and_length_are_bounded()
    {
        var deep = IdentityPolicyLoader.Load("a: " + new string('[', 100_000), "x.yaml");
        Assert.Contains("nested too deeply", Assert.Single(deep.Errors).Message, StringComparison.Ordinal);
        var long_ = IdentityPolicyLoader.Load(new string('#', 300_000), "x.yaml");
        Assert.Contains("too long", Assert.Single(long_.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_policy_has_the_shipped_namespaces_in_their_order()
    {
        var definition = DefaultPolicy.LoadDefinition();
        Assert.Equal(
            ["user_id", "customer_number", "email", "phone", "account_id", "device_id", "anonymous_id"],
            definition.Policy.Namespaces.Select(n => n.Name));
        Assert.Equal(["user_id", "customer_number"],
            definition.Policy.Namespaces.Where(n => n.IsUnique).Select(n => n.Name));
        Assert.All(definition.Rules, r => Assert.NotEmpty(r.Owner + r.Rationale));
    }

    [Fact]
    public void By_default_the_newest_declaration_of_a_trait_counts_whatever_its_source()
    {
        var survivorship = DefaultPolicy.Load().Survivorship;
        Assert.Equal(survivorship.TierOf("crm"), survivorship.TierOf("web"));
        Assert.Equal(SurvivorshipRule.Reliable, survivorship.RuleOf("plan"));
    }

    [Fact]
    public void By_default_an_account_links_one_person_and_nobody_once_two_belong_to_it()
    {
        var policy = DefaultPolicy.Load();
        var account = new Identifier("account_id", "acme");
        var alone = Resolver.Resolve([Set(account, new("user_id", "1"))], IdentityDecisions.None, policy);
        Assert.Single(alone.Profiles);
        var shared = Resolver.Resolve(
            [Set(account, new("user_id", "1")), Set(account, new("user_id", "2"))], IdentityDecisions.None, policy);
        Assert.Equal([account], shared.Generic.AsEnumerable());
        Assert.Equal(3, shared.Profiles.Length);
    }

    private static EvidenceSet Set(params Identifier[] identifiers) => new([.. identifiers.Order()], new(1), new(1));
}
