using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Definitions;

/// <summary>A loaded identity policy, with who answers for each of its rules.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Rules">Its rules in the order of the file.</param>
public sealed record IdentityPolicyDefinition(IdentityPolicy Policy, ImmutableArray<PolicyRule> Rules)
{
    /// <summary>The first rule that blocks an identifier; null where none does.</summary>
    public PolicyRule? RuleThatBlocks(Identifier identifier) => Rules.FirstOrDefault(rule =>
        rule.Blocks is { } blocked && blocked.Contains(identifier.Value)
        && (rule.BlocksIn is null || rule.BlocksIn == identifier.Namespace));
}

/// <summary>Who answers for a rule, and why it is as it is.</summary>
/// <param name="Rule">
/// The rule: <c>namespace email</c>, <c>source crm</c>, <c>trait plan</c>, or <c>blocked 1</c> for the first list of
/// blocked values.
/// </param>
/// <param name="Owner">The role that answers for it.</param>
/// <param name="Rationale">Why.</param>
/// <param name="Line">Where it stands in the file.</param>
public sealed record PolicyRule(string Rule, string Owner, string Rationale, int Line)
{
    /// <summary>For a list of blocked values: the values; else null.</summary>
    public BlockedValues? Blocks { get; init; }

    /// <summary>For a list of blocked values: the namespace it is of; null where it is of all.</summary>
    public string? BlocksIn { get; init; }
}

/// <summary>
/// What came of loading a definition file: the definition, or everything that is wrong with the file.
/// </summary>
/// <param name="Definition">The definition; null where there are errors.</param>
/// <param name="Errors">The errors, by line.</param>
public sealed record LoadResult(IdentityPolicyDefinition? Definition, ImmutableArray<DefinitionError> Errors);
