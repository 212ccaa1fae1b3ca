using System.Collections.Immutable;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Comparison;

/// <summary>Goes through the profiles of two resolutions and tells what becomes of each.</summary>
internal sealed class ProfileRegrouping(ResolvedPartition before, ResolvedPartition after)
{
    private readonly List<(ResolvedProfile Profile, int Sources)> _merged = [];
    private readonly List<(ResolvedProfile Profile, int Parts)> _split = [];
    private readonly List<ResolvedProfile> _renamed = [];
    private int _unchanged;
    private int _merging;
    private int _parts;
    private int _resized;
    private int _vanished;
    private int _appeared;

    /// <summary>The counts, and examples of profiles merged, split and renamed.</summary>
    public (ProfileCounts Counts, ImmutableArray<ProfileDifference> Merged, ImmutableArray<ProfileDifference> Split,
        ImmutableArray<ProfileDifference> Renamed) Compare()
    {
        foreach (var profile in before.Profiles)
            Follow(profile);
        foreach (var profile in after.Profiles)
            Trace(profile);
        var counts = new ProfileCounts(
            before.Profiles.Length, after.Profiles.Length, _unchanged, _merged.Count, _merging, _split.Count, _parts,
            _resized, _vanished, _appeared, _renamed.Count);
        return (
            counts,
            Examples(_merged, profile => new ProfileDifference(Sharing(profile, before), [profile], false)),
            Examples(_split, profile => new ProfileDifference([profile], Sharing(profile, after), false)),
            [.. _renamed.Take(PolicyComparison.MaxExamples).Select(Renaming)]);
    }

    private void Follow(ResolvedProfile profile)
    {
        if (after.Find(profile.Anchor)?.Anchor != profile.Anchor)
            _renamed.Add(profile);
        var parts = Sharing(profile, after);
        if (parts.Length > 1)
            _split.Add((profile, parts.Length));
        var isMerging = parts.Any(part => SharesWithSeveral(part, before));
        if (isMerging)
            _merging++;
        if (parts.IsEmpty)
            _vanished++;
        else if (parts.Length == 1 && parts[0].Identifiers.SequenceEqual(profile.Identifiers))
            _unchanged++;
        else if (parts.Length == 1 && !isMerging)
            _resized++;
    }

    private void Trace(ResolvedProfile profile)
    {
        var sources = Sharing(profile, before);
        if (sources.Length > 1)
            _merged.Add((profile, sources.Length));
        if (sources.Any(source => SharesWithSeveral(source, after)))
            _parts++;
        if (sources.IsEmpty)
            _appeared++;
    }

    private ProfileDifference Renaming(ResolvedProfile profile) =>
        new([profile], after.Find(profile.Anchor) is { } holder ? [holder] : [], false);

    private static bool SharesWithSeveral(ResolvedProfile profile, ResolvedPartition other)
    {
        ResolvedProfile? first = null;
        foreach (var identifier in profile.Identifiers)
        {
            if (other.Find(identifier) is not { } found || ReferenceEquals(found, first))
                continue;
            if (first is not null)
                return true;
            first = found;
        }

        return false;
    }

    /// <summary>The profiles of another resolution that share with one, by their first identifiers.</summary>
    private static ImmutableArray<ResolvedProfile> Sharing(ResolvedProfile profile, ResolvedPartition other)
    {
        if (!SharesWithSeveral(profile, other))
        {
            foreach (var identifier in profile.Identifiers)
            {
                if (other.Find(identifier) is { } only)
                    return [only];
            }

            return [];
        }

        var found = new HashSet<ResolvedProfile>(ReferenceEqualityComparer.Instance);
        foreach (var identifier in profile.Identifiers)
        {
            if (other.Find(identifier) is { } shared)
                found.Add(shared);
        }

        return [.. found.OrderBy(static one => one.Identifiers[0])];
    }

    /// <summary>Profiles come by their first identifiers, and the sort is stable.</summary>
    private static ImmutableArray<ProfileDifference> Examples(
        List<(ResolvedProfile Profile, int Others)> all, Func<ResolvedProfile, ProfileDifference> show) =>
        [.. all.OrderByDescending(static one => one.Others).Take(PolicyComparison.MaxExamples)
            .Select(one => show(one.Profile))];
}
