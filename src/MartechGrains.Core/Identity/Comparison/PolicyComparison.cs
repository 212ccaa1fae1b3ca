using System.Collections.Immutable;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Comparison;

/// <summary>
/// What a candidate policy would make of evidence, beside what the policy in force makes of it. Both are resolved over
/// all evidence at once: a candidate may join, through values that link nothing today, homes that have never met. The
/// same evidence and decisions give the same comparison, in any order.
/// </summary>
public sealed class PolicyComparison
{
    /// <summary>Most examples of one kind.</summary>
    public const int MaxExamples = 20;

    /// <summary>How many of the largest components are named.</summary>
    public const int LargestComponents = 10;

    private PolicyComparison(ResolverInput inForce, IdentityPolicy candidate)
    {
        Before = inForce.Resolve();
        After = (inForce with { Policy = candidate, Generic = null }).Resolve();
        (Counts, Merged, Split, Renamed) = new ProfileRegrouping(Before, After).Compare();
        Values = ValueShifts.Of(inForce, candidate, Before, After);
        Largest = ComponentSize.Largest(After, LargestComponents);
    }

    /// <summary>The profiles under the policy in force.</summary>
    public ResolvedPartition Before { get; }

    /// <summary>The profiles under the candidate: the whole prediction, of which the rest is a summary.</summary>
    public ResolvedPartition After { get; }

    /// <summary>How many profiles become what.</summary>
    public ProfileCounts Counts { get; }

    /// <summary>
    /// Of the profiles after that merge several before: those of most profiles, of equals by their first identifier.
    /// </summary>
    public ImmutableArray<ProfileDifference> Merged { get; }

    /// <summary>
    /// Of the profiles before that fall into several after: those into most, of equals by their first identifier.
    /// </summary>
    public ImmutableArray<ProfileDifference> Split { get; }

    /// <summary>
    /// Of the profiles before whose id changes, the first by their first identifier, each with the profile after that
    /// holds its anchor; without one where none does.
    /// </summary>
    public ImmutableArray<ProfileDifference> Renamed { get; }

    /// <summary>Which values begin or cease to be generic or blocked.</summary>
    public ValueShifts Values { get; }

    /// <summary>The largest components after, the largest first; only those of several identifiers.</summary>
    public ImmutableArray<ComponentSize> Largest { get; }

    /// <summary>Compares.</summary>
    /// <param name="inForce">All evidence, the decisions and the policy in force. Its generic values must be left to be
    /// counted, since a candidate counts other ones.</param>
    /// <param name="candidate">The candidate.</param>
    /// <exception cref="ArgumentException">The generic values are given.</exception>
    public static PolicyComparison Of(ResolverInput inForce, IdentityPolicy candidate)
    {
        ArgumentNullException.ThrowIfNull(inForce);
        ArgumentNullException.ThrowIfNull(candidate);
        return inForce.Generic is null
            ? new PolicyComparison(inForce, candidate)
            : throw new ArgumentException("Two policies are compared over values counted anew.", nameof(inForce));
    }
}
