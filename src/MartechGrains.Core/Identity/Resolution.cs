using System.Collections.Immutable;

namespace MartechGrains.Core.Identity;

/// <summary>Profiles and the explanation of how they came about. Immutable and safe to share between threads.</summary>
public sealed class Resolution
{
    private readonly Dictionary<Identifier, (ResolvedProfile Profile, bool Linkable)> _profiles;
    private readonly ImmutableArray<IdentityDecision> _cannotLinks;
    private readonly HashSet<Identifier> _contested;

    internal Resolution(
        LinkTable table, ComponentUnion union, ImmutableArray<AcceptedPair> accepted,
        ImmutableArray<RefusedPair> refused, ImmutableArray<IdleMustLink> idle,
        ImmutableArray<IdentityDecision> cannotLinks, bool[] isGeneric, bool[] inert)
    {
        Accepted = accepted;
        Refused = refused;
        IdleMustLinks = idle;
        Rejected = table.Rejected;
        _cannotLinks = cannotLinks;
        Generic = [.. table.Identifiers.Where((_, i) => isGeneric[i])];
        _contested = [.. refused.Select(static pair => pair.Contested)];
        _profiles = new Dictionary<Identifier, (ResolvedProfile, bool)>(table.Identifiers.Length);
        Profiles = Collect(table, union, inert);
    }

    internal Resolution(
        ImmutableArray<ResolvedProfile> profiles, IReadOnlySet<Identifier> linkable,
        ImmutableArray<AcceptedPair> accepted, ImmutableArray<RefusedPair> refused,
        ImmutableArray<IdleMustLink> idle, ImmutableArray<IdentityDecision> cannotLinks,
        ImmutableArray<Identifier> generic, ImmutableArray<EvidenceSet> rejected)
    {
        Profiles = profiles;
        Accepted = accepted;
        Refused = refused;
        IdleMustLinks = idle;
        _cannotLinks = cannotLinks;
        Generic = generic;
        Rejected = rejected;
        _contested = [.. refused.Select(static pair => pair.Contested)];
        _profiles = [];
        foreach (var profile in profiles)
        {
            foreach (var identifier in profile.Identifiers)
                _profiles.Add(identifier, (profile, linkable.Contains(identifier)));
        }
    }

    /// <summary>All profiles, by their first identifier. A generic or unconfirmed value is one of its own, unless a
    /// must-link joins the generic one; blocked ones are in none.</summary>
    public ImmutableArray<ResolvedProfile> Profiles { get; }

    /// <summary>The pairs that hold, in the order they were judged in.</summary>
    public ImmutableArray<AcceptedPair> Accepted { get; }

    /// <summary>The pairs that do not hold, in the order they were judged in.</summary>
    public ImmutableArray<RefusedPair> Refused { get; }

    /// <summary>Must-links without effect.</summary>
    public ImmutableArray<IdleMustLink> IdleMustLinks { get; }

    /// <summary>The generic values among the evidence, sorted.</summary>
    public ImmutableArray<Identifier> Generic { get; }

    /// <summary>
    /// Sets with more values of a namespace than one profile may have; they link nothing. Sorted, distinct.
    /// </summary>
    public ImmutableArray<EvidenceSet> Rejected { get; }

    /// <summary>
    /// Whether the identifier is the lower-ranking end of a refused pair: it may change hands, so it anchors a profile
    /// only where nothing else can, and an old profile id made from it may name another person by now.
    /// </summary>
    public bool IsContested(Identifier identifier) => _contested.Contains(identifier);

    internal ImmutableArray<IdentityDecision> CannotLinks => _cannotLinks;

    /// <summary>The profile of an identifier; null where it is blocked or not in the evidence. Constant time.</summary>
    public ResolvedProfile? Find(Identifier identifier) =>
        _profiles.TryGetValue(identifier, out var found) ? found.Profile : null;

    /// <summary>Whether an identifier of the evidence may link: neither blocked, generic nor unconfirmed.</summary>
    public bool IsLinkable(Identifier identifier) =>
        _profiles.TryGetValue(identifier, out var found) && found.Linkable;

    /// <summary>
    /// The witness of a refusal, by breadth-first search over the accepted links before it: linear in their number.
    /// </summary>
    /// <exception cref="ArgumentException">The pair was not refused in this resolution.</exception>
    public Witness WitnessOf(RefusedPair refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        if (!Refused.Contains(refused))
            throw new ArgumentException("The pair was not refused in this resolution.", nameof(refused));
        var (first, second) = (refused.Pair.First, refused.Pair.Second);
        if (refused.LimitNamespace is { } limited)
        {
            return new Witness(
                PathTo(first, refused.Order, i => string.Equals(i.Namespace, limited, StringComparison.Ordinal)),
                PathTo(second, refused.Order, i => string.Equals(i.Namespace, limited, StringComparison.Ordinal)));
        }

        foreach (var decision in _cannotLinks)
        {
            if (!string.Equals(decision.Id, refused.CannotLink, StringComparison.Ordinal))
                continue;
            var (one, other) = (decision.Pair.First, decision.Pair.Second);
            var fromFirst = PathTo(first, refused.Order, i => i == one || i == other);
            if (fromFirst.IsEmpty)
                continue; // another pair under the same decision id
            var rest = fromFirst[^1] == one ? other : one;
            var fromSecond = PathTo(second, refused.Order, i => i == rest);
            if (!fromSecond.IsEmpty)
                return new Witness(fromFirst, fromSecond);
        }

        throw new InvalidOperationException("A refusal without a witness: the resolution is inconsistent.");
    }

    private ImmutableArray<Identifier> PathTo(Identifier from, int before, Func<Identifier, bool> isGoal)
    {
        var neighbours = new Dictionary<Identifier, List<Identifier>>();
        foreach (var accepted in Accepted)
        {
            if (accepted.Order >= before)
                break;
            AddNeighbour(neighbours, accepted.Pair.First, accepted.Pair.Second);
            AddNeighbour(neighbours, accepted.Pair.Second, accepted.Pair.First);
        }

        var cameFrom = new Dictionary<Identifier, Identifier> { [from] = from };
        var queue = new Queue<Identifier>([from]);
        while (queue.TryDequeue(out var at))
        {
            if (isGoal(at))
                return Path(at, cameFrom);
            foreach (var next in neighbours.GetValueOrDefault(at) ?? [])
            {
                if (cameFrom.TryAdd(next, at))
                    queue.Enqueue(next);
            }
        }

        return [];
    }

    private static ImmutableArray<Identifier> Path(Identifier at, Dictionary<Identifier, Identifier> cameFrom)
    {
        var path = new List<Identifier> { at };
        while (cameFrom[at] != at)
            path.Add(at = cameFrom[at]);
        path.Reverse();
        return [.. path];
    }

    private static void AddNeighbour(
        Dictionary<Identifier, List<Identifier>> neighbours, Identifier of, Identifier other)
    {
        if (!neighbours.TryGetValue(of, out var list))
            neighbours[of] = list = [];
        list.Add(other);
    }

    private ImmutableArray<ResolvedProfile> Collect(LinkTable table, ComponentUnion union, bool[] inert)
    {
        var members = new List<int>?[table.Identifiers.Length];
        var roots = new List<int>();
        for (var i = 0; i < members.Length; i++)
        {
            var root = union.Find(i);
            if (members[root] is null)
            {
                members[root] = [];
                roots.Add(root);
            }

            members[root]!.Add(i);
        }

        var profiles = ImmutableArray.CreateBuilder<ResolvedProfile>(roots.Count);
        foreach (var root in roots)
            profiles.Add(Profile(table, members[root]!, inert));
        return profiles.MoveToImmutable();
    }

    /// <summary>
    /// An inert value anchors only where nothing else is, and then by rank alone: its events may lie in several homes,
    /// so no home knows its earliest one. A contested value anchors only where nothing uncontested does: else an id
    /// handed out for one person would name the next one it goes to.
    /// </summary>
    private int CompareAnchors(LinkTable table, bool[] inert, int one, int other)
    {
        if (inert[one] != inert[other])
            return inert[one] ? 1 : -1;
        var contested = IsContested(table.Identifiers[one]);
        if (contested != IsContested(table.Identifiers[other]))
            return contested ? 1 : -1;
        var byTime = inert[one] ? 0 : table.Earliest[one].CompareTo(table.Earliest[other]);
        return byTime != 0 ? byTime : table.CompareRank(one, other);
    }

    private ResolvedProfile Profile(LinkTable table, List<int> members, bool[] inert)
    {
        var identifiers = ImmutableArray.CreateBuilder<Identifier>(members.Count);
        var anchor = members[0];
        foreach (var member in members)
        {
            identifiers.Add(table.Identifiers[member]);
            if (CompareAnchors(table, inert, member, anchor) < 0)
                anchor = member;
        }

        var profile = new ResolvedProfile(identifiers.MoveToImmutable(), table.Identifiers[anchor]);
        foreach (var member in members)
            _profiles.Add(table.Identifiers[member], (profile, !inert[member]));
        return profile;
    }
}
