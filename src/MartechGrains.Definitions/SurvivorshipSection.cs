using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Definitions;

/// <summary>
/// The part of an identity policy that says which declarations of traits count: <c>unlistedSources</c>,
/// <c>sources</c>, <c>survivorship</c> and <c>traits</c>.
/// </summary>
internal static class SurvivorshipSection
{
    public static readonly string[] Keys = ["unlistedSources", "sources", "survivorship", "traits"];

    private static readonly (string, SurvivorshipRule)[] RuleWords =
    [
        ("reliable", SurvivorshipRule.Reliable),
        ("newest", SurvivorshipRule.Newest),
    ];

    /// <summary>Reads it of the file's root; errors and rules are added to those of the file.</summary>
    public static SurvivorshipPolicy Read(YamlSection root, ImmutableArray<PolicyRule>.Builder rules)
    {
        var unlisted = root.Choice(
            "unlistedSources", SurvivorshipPolicy.Default.UnlistedSources, IdentityPolicyLoader.ReliabilityWords);
        var defaultRule = root.Choice("survivorship", SurvivorshipPolicy.Default.DefaultRule, RuleWords);
        var tiers = ReadEach(root, "source", EventLimits.MaxSourceLength, "reliability",
            IdentityPolicyLoader.ReliabilityWords, rules);
        var own = ReadEach(root, "trait", TraitValue.MaxNameLength, "survivorship", RuleWords, rules);
        // What is over a bound is told, and must not reach the policy's own check.
        return tiers.Count > SurvivorshipPolicy.MaxNames || own.Count > SurvivorshipPolicy.MaxNames
            ? SurvivorshipPolicy.Default
            : new SurvivorshipPolicy(unlisted, tiers, defaultRule, own);
    }

    /// <summary>The entries of one list, each with a name and one setting.</summary>
    private static Dictionary<string, T> ReadEach<T>(
        YamlSection root, string item, int maxLength, string setting, (string Word, T Value)[] words,
        ImmutableArray<PolicyRule>.Builder rules)
    {
        var read = new Dictionary<string, T>(StringComparer.Ordinal);
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var section in root.Sections($"{item}s", item))
        {
            section.RefuseUnknownKeys("name", "owner", "rationale", setting);
            var name = section.RequiredText("name", $"Name the {item} as its events do.");
            IdentityPolicyLoader.AddRule(section, $"{item} {name}", rules);
            if (!section.Has(setting))
            {
                section.Fault(setting, $"The {item} {name} has no '{setting}'.",
                    $"Write one of {string.Join(", ", words.Select(static word => word.Word))}.");
            }

            var value = section.Choice(setting, words[0].Value, words);
            if (name.Length == 0)
                continue;
            if (name.Length > maxLength || name.Any(char.IsControl))
            {
                section.Fault("name", $"No {item} has this name.",
                    $"Use up to {maxLength} characters, without control characters.");
            }
            else if (!read.TryAdd(name, value))
            {
                section.Fault("name", $"The {item} {name} is there twice, first in line {lines[name]}.",
                    "Keep one of the two.");
            }

            lines.TryAdd(name, section.LineOf("name"));
        }

        if (read.Count > SurvivorshipPolicy.MaxNames)
        {
            root.Fault($"{item}s", $"There are {read.Count} {item}s.",
                $"List at most {SurvivorshipPolicy.MaxNames}; all others share one setting.");
        }

        return read;
    }
}
