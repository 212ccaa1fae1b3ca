using System.Collections.Immutable;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Explanations;

/// <summary>
/// Answers about a resolution: why two identifiers are one person, why not, and how a profile came about. The same
/// resolution always gives the same answers. Lists are truncated at <see cref="MaxItems"/>, and say so.
/// </summary>
public static class Explanation
{
    /// <summary>Most items of any list of an answer.</summary>
    public const int MaxItems = 100;

    /// <summary>
    /// Why two identifiers are one person: the way between them over the pairs that united their profile, of which
    /// there is exactly one. Null where they are not in one profile.
    /// </summary>
    public static WhyTogether? Why(ResolvedPartition resolution, Identifier from, Identifier to)
    {
        ArgumentNullException.ThrowIfNull(resolution);
        if (resolution.Find(from) is not { } profile || !ReferenceEquals(profile, resolution.Find(to)))
            return null;
        var way = new AcceptedLinks(Uniting(resolution, profile)).Way(from, identifier => identifier == to)
            ?? throw new InvalidOperationException("A profile that nothing unites: the resolution is inconsistent.");
        var path = ImmutableArray.CreateBuilder<WhyStep>();
        var at = from;
        foreach (var (pair, next) in way.Take(MaxItems))
        {
            path.Add(new WhyStep(at, next, pair.Times, pair.MustLink));
            at = next;
        }

        return new WhyTogether(profile, path.ToImmutable(), way.Length > MaxItems);
    }

    /// <summary>Why two identifiers are not one person; null where they are in one profile.</summary>
    /// <param name="resolution">The resolution.</param>
    /// <param name="policy">The policy it was made under, to tell blocked values from unseen ones.</param>
    /// <param name="one">The one.</param>
    /// <param name="other">The other.</param>
    public static WhyApart? WhyNot(
        ResolvedPartition resolution, IdentityPolicy policy, Identifier one, Identifier other)
    {
        ArgumentNullException.ThrowIfNull(resolution);
        ArgumentNullException.ThrowIfNull(policy);
        var (mine, theirs) = (resolution.Find(one), resolution.Find(other));
        if (one == other || (mine is not null && ReferenceEquals(mine, theirs)))
            return null;
        ImmutableArray<ApartEnd> ends = [.. End(resolution, policy, one), .. End(resolution, policy, other)];
        var (refusals, isTruncated) = mine is null || theirs is null
            ? ([], false)
            : Refusals(resolution, RefusalsBetween(resolution, mine, theirs));
        var cause = !ends.IsEmpty ? ApartCause.InertIdentifier
            : !refusals.IsEmpty ? ApartCause.Refused
            : ApartCause.NoEvidence;
        return new WhyApart(cause, ends, refusals, isTruncated);
    }

    /// <summary>
    /// Why two identifiers of different homes are not one person: homes whose links connect are one home, so either an
    /// end is inert, or nothing links them.
    /// </summary>
    /// <param name="here">The one's home.</param>
    /// <param name="one">The one.</param>
    /// <param name="there">The other's home.</param>
    /// <param name="other">The other.</param>
    public static WhyApart WhyNot(HomeEvidence here, Identifier one, HomeEvidence there, Identifier other)
    {
        ArgumentNullException.ThrowIfNull(here);
        ArgumentNullException.ThrowIfNull(there);
        ImmutableArray<ApartEnd> ends =
            [.. End(here.Resolution, here.Policy, one), .. End(there.Resolution, there.Policy, other)];
        return new WhyApart(
            ends.IsEmpty ? ApartCause.NoEvidence : ApartCause.InertIdentifier, ends, Refusals: [], Truncated: false);
    }

    /// <summary>
    /// Names the inert values that were seen with both profiles, where nothing else has been found that keeps them
    /// apart; else the answer stays as it is.
    /// </summary>
    /// <param name="apart">Why they are apart, without a look at values that link nothing.</param>
    /// <param name="here">The one's home.</param>
    /// <param name="one">The one.</param>
    /// <param name="there">The other's home; may be the same.</param>
    /// <param name="other">The other.</param>
    public static WhyApart WithInertBetween(
        WhyApart apart, HomeEvidence here, Identifier one, HomeEvidence there, Identifier other)
    {
        ArgumentNullException.ThrowIfNull(apart);
        ArgumentNullException.ThrowIfNull(here);
        ArgumentNullException.ThrowIfNull(there);
        if (apart.Cause != ApartCause.NoEvidence)
            return apart;
        var mine = InertBeside(here, one);
        var theirs = InertBeside(there, other);
        ImmutableArray<ApartEnd> between = [.. mine.Where(seen => theirs.ContainsKey(seen.Key))
            .OrderBy(static seen => seen.Key).Select(static seen => new ApartEnd(seen.Key, seen.Value))];
        return between.IsEmpty ? apart : apart with
        {
            Cause = ApartCause.InertBetween,
            Between = [.. between.Take(MaxItems)],
            Truncated = between.Length > MaxItems,
        };
    }

    /// <summary>How the profile of an identifier came about; null where it is in none.</summary>
    public static ProfileStory? How(ResolvedPartition resolution, Identifier identifier)
    {
        ArgumentNullException.ThrowIfNull(resolution);
        if (resolution.Find(identifier) is not { } profile)
            return null;
        var uniting = Uniting(resolution, profile).ToArray();
        var (refusals, isTruncated) = Refusals(
            resolution, [.. resolution.Refused.Where(r => Holds(r.Pair.First) || Holds(r.Pair.Second))]);
        var mustLinks = resolution.Decisions.MustLinks.Where(Touches).ToArray();
        var cannotLinks = resolution.Decisions.CannotLinks.Where(Touches).ToArray();
        var linkable = resolution.Decisions.LinkableValues.Where(d => Holds(d.Identifier)).ToArray();
        int[] lengths = [uniting.Length, mustLinks.Length, cannotLinks.Length, linkable.Length];
        return new ProfileStory(
            profile, [.. uniting.Take(MaxItems)], refusals, [.. mustLinks.Take(MaxItems)],
            [.. cannotLinks.Take(MaxItems)], [.. linkable.Take(MaxItems)], isTruncated || lengths.Max() > MaxItems);

        bool Holds(Identifier other) => ReferenceEquals(resolution.Find(other), profile);

        bool Touches(IdentityDecision decision) => Holds(decision.Pair.First) || Holds(decision.Pair.Second);
    }

    /// <summary>
    /// Refused pairs with their witnesses, truncated; a witness's way keeps its end, where the conflict is.
    /// </summary>
    internal static (ImmutableArray<Refusal> Refusals, bool Truncated) Refusals(
        ResolvedPartition resolution, ImmutableArray<RefusedPair> refused)
    {
        var isTruncated = refused.Length > MaxItems;
        var refusals = ImmutableArray.CreateBuilder<Refusal>();
        foreach (var pair in refused.Take(MaxItems))
        {
            var witness = resolution.WitnessOf(pair);
            refusals.Add(new Refusal(pair, new Witness(Cut(witness.FromFirst), Cut(witness.FromSecond))));
        }

        return (refusals.ToImmutable(), isTruncated);

        ImmutableArray<Identifier> Cut(ImmutableArray<Identifier> way)
        {
            if (way.Length <= MaxItems)
                return way;
            isTruncated = true;
            return [.. way.Take(MaxItems - 1), way[^1]];
        }
    }

    /// <summary>The inert values that events carried along with an identifier's profile, each with its cause.</summary>
    private static Dictionary<Identifier, EndCause> InertBeside(HomeEvidence home, Identifier identifier)
    {
        var seen = new Dictionary<Identifier, EndCause>();
        var profile = home.Resolution.Find(identifier);
        foreach (var set in home.Sets)
        {
            if (!set.Any(one => profile is not null && ReferenceEquals(home.Resolution.Find(one), profile))
                || home.Policy.ExceedsLimit(set.AsSpan()))
                continue;
            foreach (var end in set.SelectMany(one => End(home.Resolution, home.Policy, one)))
            {
                // Seen only by events newer than the resolution.
                if (end.Cause != EndCause.Unseen)
                    seen.TryAdd(end.Identifier, end.Cause);
            }
        }

        return seen;
    }

    private static IEnumerable<AcceptedPair> Uniting(ResolvedPartition resolution, ResolvedProfile profile) =>
        resolution.Accepted.Where(a => a.Unites && ReferenceEquals(resolution.Find(a.Pair.First), profile));

    private static IEnumerable<ApartEnd> End(ResolvedPartition resolution, IdentityPolicy policy, Identifier identifier)
    {
        if (resolution.Find(identifier) is null)
        {
            yield return new ApartEnd(identifier, resolution.Decisions.IsBlocked(identifier, policy)
                ? EndCause.Blocked : EndCause.Unseen);
        }
        else if (!resolution.IsLinkable(identifier))
        {
            yield return new ApartEnd(identifier, resolution.Generic.BinarySearch(identifier) >= 0
                ? EndCause.Generic : EndCause.Unconfirmed);
        }
    }

    /// <summary>
    /// All refused pairs between two profiles; or, where there are none, one for each step of a shortest chain of
    /// profiles between which pairs were refused, always the pair that was judged first.
    /// </summary>
    private static ImmutableArray<RefusedPair> RefusalsBetween(
        ResolvedPartition resolution, ResolvedProfile from, ResolvedProfile to)
    {
        var beside = new Dictionary<ResolvedProfile, List<(RefusedPair Pair, ResolvedProfile Other)>>(
            ReferenceEqualityComparer.Instance);
        foreach (var refused in resolution.Refused)
        {
            var (one, other) = (resolution.Find(refused.Pair.First)!, resolution.Find(refused.Pair.Second)!);
            Add(one, refused, other);
            Add(other, refused, one);
        }

        ImmutableArray<RefusedPair> direct =
            [.. Beside(from).Where(next => ReferenceEquals(next.Other, to)).Select(next => next.Pair)];
        return direct.IsEmpty ? Chain() : direct;

        ImmutableArray<RefusedPair> Chain()
        {
            var cameBy = new Dictionary<ResolvedProfile, (RefusedPair Pair, ResolvedProfile From)>(
                ReferenceEqualityComparer.Instance);
            var queue = new Queue<ResolvedProfile>([from]);
            while (queue.TryDequeue(out var at))
            {
                foreach (var (pair, other) in Beside(at))
                {
                    if (!ReferenceEquals(other, from) && cameBy.TryAdd(other, (pair, at)))
                        queue.Enqueue(other);
                }
            }

            var chain = new List<RefusedPair>();
            for (var at = to; !ReferenceEquals(at, from) && cameBy.TryGetValue(at, out var step); at = step.From)
                chain.Add(step.Pair);
            chain.Reverse();
            return [.. chain];
        }

        List<(RefusedPair Pair, ResolvedProfile Other)> Beside(ResolvedProfile profile) =>
            beside.GetValueOrDefault(profile) ?? [];

        void Add(ResolvedProfile profile, RefusedPair refused, ResolvedProfile other)
        {
            if (!beside.TryGetValue(profile, out var list))
                beside.Add(profile, list = []);
            list.Add((refused, other));
        }
    }
}
