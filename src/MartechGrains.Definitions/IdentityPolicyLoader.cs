using System.Collections.Immutable;
using System.Text.RegularExpressions;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Definitions;

/// <summary>
/// Loads an identity policy from YAML. Strict: unknown keys, missing owners and settings that contradict each other or
/// can never act are errors, each with line and remedy.
/// </summary>
public static partial class IdentityPolicyLoader
{
    private const string Kind = "identity_policy";
    private const int MaxCount = 1_000_000;
    private const int MinMaxIdentifiers = 2;

    private static readonly (string, ContestedRule)[] ContestedWords =
    [
        ("last_authenticated", ContestedRule.LastAuthenticated),
        ("first", ContestedRule.First),
        ("nobody", ContestedRule.Nobody),
    ];

    private static readonly (string, NormaliserKind)[] NormaliserWords =
    [
        ("opaque", NormaliserKind.Opaque),
        ("lowercase_opaque", NormaliserKind.LowercaseOpaque),
        ("email", NormaliserKind.Email),
        ("phone", NormaliserKind.Phone),
        ("verbatim", NormaliserKind.Verbatim),
        ("opaque_or_email", NormaliserKind.OpaqueOrEmail),
    ];

    internal static readonly (string, ReliabilityTier)[] ReliabilityWords =
    [
        ("verified", ReliabilityTier.Verified),
        ("declared", ReliabilityTier.Declared),
        ("observed", ReliabilityTier.Observed),
    ];

    /// <summary>Loads a policy.</summary>
    /// <param name="yaml">The file's text, at most 256 Ki characters.</param>
    /// <param name="fileName">What errors call the file.</param>
    public static LoadResult Load(string yaml, string fileName)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentNullException.ThrowIfNull(fileName);
        var errors = new List<DefinitionError>();
        var definition = YamlText.Parse(yaml, fileName, errors) is { } root ? Read(root, errors) : null;
        return new LoadResult(
            errors.Count == 0 ? definition : null,
            [.. errors.OrderBy(e => e.Line).ThenBy(e => e.Column)]);
    }

    private static IdentityPolicyDefinition? Read(YamlSection root, List<DefinitionError> errors)
    {
        root.RefuseUnknownKeys(
            ["kind", "version", "contested", "maxIdentifiers", "blocked", "namespaces", .. SurvivorshipSection.Keys]);
        if (root.Text("kind") != Kind)
            root.Fault("kind", "This file is no identity policy.", $"Begin with 'kind: {Kind}'.");
        var version = root.Number("version", 1, int.MaxValue);
        if (version is null && !root.Has("version"))
            root.Fault("version", "'version' is missing.", "Add it; raise it with every change.");
        var contested = root.Choice("contested", ContestedRule.LastAuthenticated, ContestedWords);
        var maxIdentifiers = root.Number("maxIdentifiers", MinMaxIdentifiers, MaxCount);
        var rules = ImmutableArray.CreateBuilder<PolicyRule>();
        var blocked = ReadBlocked(root, null, rules);
        var namespaces = new List<(NamespacePolicy Policy, YamlSection Section)>();
        foreach (var section in root.Sections("namespaces", "namespace"))
            namespaces.Add((ReadNamespace(section, contested, rules), section));
        CheckTogether(root, namespaces);
        var survivorship = SurvivorshipSection.Read(root, rules);
        return errors.Count > 0
            ? null
            : new IdentityPolicyDefinition(
                new IdentityPolicy(
                    version!.Value, namespaces.Select(n => n.Policy), blocked, survivorship,
                    maxIdentifiers ?? IdentityPolicy.DefaultMaxIdentifiers),
                rules.ToImmutable());
    }

    private static NamespacePolicy ReadNamespace(
        YamlSection section, ContestedRule contested, ImmutableArray<PolicyRule>.Builder rules)
    {
        section.RefuseUnknownKeys("name", "owner", "rationale", "priority", "maxPerProfile", "within",
            "genericAfter", "contested", "normaliser", "defaultRegion", "reliability", "blocked");
        var name = section.RequiredText("name", "Name the namespace, such as email.");
        if (name.Length > NamespacePolicy.MaxNameLength || (name.Length > 0 && !NamePattern().IsMatch(name)))
        {
            section.Fault("name", $"'{name}' is no name for a namespace.",
                $"Use up to {NamespacePolicy.MaxNameLength} letters, digits and underscores, a letter first.");
        }

        AddRule(section, $"namespace {name}", rules);
        if (!section.Has("priority"))
            section.Fault("name", $"Namespace {name} has no 'priority'.", "Add it; 1 is the highest.");
        var policy = new NamespacePolicy
        {
            Name = name,
            Priority = section.Number("priority", 1, NamespacePolicy.MaxPriority) ?? 1,
            MaxPerProfile = section.Number("maxPerProfile", 1, MaxCount),
            LimitWindow = ReadWindow(section, name),
            GenericAfter = section.Number(
                "genericAfter", NamespacePolicy.MinGenericAfter, NamespacePolicy.MaxGenericAfter),
            Contested = section.Choice("contested", contested, ContestedWords),
            Normaliser = section.Choice("normaliser", NormaliserKind.Opaque, NormaliserWords),
            DefaultRegion = section.Text("defaultRegion"),
            Reliability = section.Choice("reliability", ReliabilityTier.Declared, ReliabilityWords),
            Blocked = ReadBlocked(section, name, rules),
        };
        CheckRegion(section, policy);
        return policy;
    }

    private static long? ReadWindow(YamlSection section, string name)
    {
        if (section.Text("within") is not { } text)
            return null;
        if (!section.Has("maxPerProfile"))
        {
            section.Fault("within", $"Namespace {name} has 'within' but no 'maxPerProfile' that it could be about.",
                "Add 'maxPerProfile', or remove 'within'.");
            return null;
        }

        var fault = WindowText.Read(text, out var window);
        if (fault == WindowFault.None)
            return window;
        section.Fault(
            "within", $"Namespace {name}: 'within' {LimitWindowFault.Problem(fault)}.", LimitWindowFault.Remedy);
        return null;
    }

    private static void CheckRegion(YamlSection section, NamespacePolicy policy)
    {
        if (policy.DefaultRegion is not { } region)
            return;
        if (policy.Normaliser != NormaliserKind.Phone)
        {
            section.Fault("defaultRegion", $"Namespace {policy.Name} has a 'defaultRegion' but holds no phone numbers.",
                "Remove it, or set 'normaliser: phone'.");
        }
        else if (!NamespacePolicy.IsKnownRegion(region))
        {
            section.Fault("defaultRegion", $"'{region}' is no country with a numbering plan.",
                "Write an ISO 3166 code in capitals, such as GB.");
        }
    }

    /// <summary>The blocked values of a namespace; of all namespaces where none is named.</summary>
    private static BlockedValues ReadBlocked(
        YamlSection section, string? of, ImmutableArray<PolicyRule>.Builder rules)
    {
        var values = new List<string>();
        var patterns = new List<string>();
        var position = 0;
        foreach (var list in section.Sections("blocked", "blocked"))
        {
            list.RefuseUnknownKeys("owner", "rationale", "values", "patterns");
            AddRule(list, $"{(of is null ? "" : $"namespace {of} ")}blocked {++position}", rules);
            string[] ownValues = [.. list.Texts("values").Select(v => v.Text)];
            string[] ownPatterns = [.. ReadPatterns(list)];
            values.AddRange(ownValues);
            patterns.AddRange(ownPatterns);
            // With too many patterns the file is refused as a whole, below.
            if (ownPatterns.Length <= BlockedValues.MaxPatterns)
                rules[^1] = rules[^1] with { Blocks = new BlockedValues(ownValues, ownPatterns), BlocksIn = of };

            if (!list.Has("values") && !list.Has("patterns"))
                list.Fault("owner", "This list blocks nothing.", "Add 'values' or 'patterns', or remove the list.");
        }

        if (patterns.Count <= BlockedValues.MaxPatterns)
            return new BlockedValues(values, patterns);
        section.Fault("blocked", "There are too many patterns.",
            $"Use at most {BlockedValues.MaxPatterns}; 'values' has no such bound.");
        return BlockedValues.None;
    }

    /// <summary>The usable patterns of a list; the others are errors.</summary>
    private static IEnumerable<string> ReadPatterns(YamlSection list)
    {
        foreach (var (pattern, node) in list.Texts("patterns"))
        {
            if (CompileFault(pattern) is { } fault)
            {
                list.Fault(node, $"'{pattern}' is no usable pattern: {fault}",
                    "Correct it; look-around and back references are not available.");
            }
            else
            {
                yield return pattern;
            }
        }
    }

    private static string? CompileFault(string pattern)
    {
        try
        {
            BlockedValues.Compile(pattern);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return e.Message;
        }
    }

    internal static void AddRule(YamlSection section, string rule, ImmutableArray<PolicyRule>.Builder rules)
    {
        var owner = section.RequiredText("owner", "Name the role that answers for this rule.");
        var rationale = section.RequiredText("rationale", "Say why the rule is as it is.");
        rules.Add(new PolicyRule(rule, owner, rationale, section.LineOf("name")));
    }

    private static void CheckTogether(
        YamlSection root, List<(NamespacePolicy Policy, YamlSection Section)> namespaces)
    {
        if (namespaces.Count is 0 or > IdentityPolicy.MaxNamespaces)
        {
            root.Fault("namespaces", $"There are {namespaces.Count} namespaces.",
                $"List 1 to {IdentityPolicy.MaxNamespaces}.");
        }

        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (policy, section) in namespaces)
        {
            if (!lines.TryAdd(policy.Name, section.LineOf("name")))
            {
                section.Fault("name", $"Namespace {policy.Name} is there twice, first in line {lines[policy.Name]}.",
                    "Keep one of the two.");
            }

            var isNobody = policy.Contested == ContestedRule.Nobody;
            if (isNobody && policy.GenericAfter > NamespacePolicy.MinGenericAfter)
            {
                section.Fault("genericAfter",
                    $"Namespace {policy.Name} is contested by nobody, which means genericAfter 2, but sets more.",
                    "Remove 'genericAfter', or choose another 'contested'.");
            }

            var own = policy;
            var canAct = namespaces.Exists(n => n.Policy.IsUnique && n.Policy.Name != own.Name);
            if ((section.Has("genericAfter") || (section.Has("contested") && isNobody)) && !canAct)
            {
                section.Fault(section.Has("genericAfter") ? "genericAfter" : "contested",
                    $"Values of {policy.Name} can never become generic: no other namespace is unique.",
                    "Give another namespace 'maxPerProfile: 1', or remove the setting.");
            }
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]*\\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();
}
