using System.Collections.Immutable;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Comparison;

/// <summary>What a decision or another policy would change: profiles before, and what comes of them.</summary>
/// <param name="Before">As they are, by their first identifiers.</param>
/// <param name="After">As they would be, likewise. Together they have the same identifiers as those before, but for
/// blocked ones.</param>
/// <param name="Truncated">Whether there are more, before or after.</param>
public sealed record ProfileDifference(
    ImmutableArray<ResolvedProfile> Before, ImmutableArray<ResolvedProfile> After, bool Truncated)
{
    /// <summary>Most profiles before or after.</summary>
    public const int MaxProfiles = 1000;

    /// <summary>The difference between two resolutions, in identifiers or anchors.</summary>
    public static ProfileDifference Of(ResolvedPartition before, ResolvedPartition after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var gone = Without(before, after);
        var made = Without(after, before);
        return new ProfileDifference(
            [.. gone.Take(MaxProfiles)], [.. made.Take(MaxProfiles)], Math.Max(gone.Length, made.Length) > MaxProfiles);
    }

    private static ResolvedProfile[] Without(ResolvedPartition of, ResolvedPartition other) =>
    [
        .. of.Profiles.Where(profile => other.Find(profile.Identifiers[0]) is not { } found
            || found.Anchor != profile.Anchor || !found.Identifiers.SequenceEqual(profile.Identifiers)),
    ];
}
