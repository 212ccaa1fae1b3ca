using System.Collections.Immutable;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>Profiles and the explanation of how they came about. Immutable and safe to share between threads.</summary>
public sealed class ResolvedPartition : IProfilePartition
{
    private readonly Dictionary<Identifier, (ResolvedProfile Profile, bool Linkable)> _profiles;
    private readonly HashSet<Identifier> _contested;

    internal ResolvedPartition(
        LinkTable table, ComponentUnion union, ImmutableArray<AcceptedPair> accepted,
        ImmutableArray<RefusedPair> refused, ImmutableArray<IdleMustLink> idle, IdentityDecisions decisions,
        ImmutableArray<OversizeComponent> oversize, bool[] isGeneric, bool[] inert)
    {
        Accepted = accepted;
        Refused = refused;
        IdleMustLinks = idle;
        Rejected = table.Rejected;
        Decisions = decisions;
        Oversize = oversize;
        Generic = [.. table.Identifiers.Where((_, i) => isGeneric[i])];
        _contested = [.. refused.Select(static pair => pair.Contested)];
        _profiles = new Dictionary<Identifier, (ResolvedProfile, bool)>(table.Identifiers.Length);
        Profiles = Collect(table, union, inert);
    }

    internal ResolvedPartition(
        ImmutableArray<ResolvedProfile> profiles, IReadOnlySet<Identifier> linkable,
        ImmutableArray<AcceptedPair> accepted, ImmutableArray<RefusedPair> refused,
        ImmutableArray<IdleMustLink> idle, IdentityDecisions decisions, ImmutableArray<OversizeComponent> oversize,
        ImmutableArray<Identifier> generic, ImmutableArray<EvidenceSet> rejected)
    {
        Profiles = profiles;
        Accepted = accepted;
        Refused = refused;
        IdleMustLinks = idle;
        Decisions = decisions;
        Oversize = oversize;
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

    /// <summary>The decisions it was made under.</summary>
    public IdentityDecisions Decisions { get; }

    /// <summary>Must-links without effect.</summary>
    public ImmutableArray<IdleMustLink> IdleMustLinks { get; }

    /// <summary>The generic values among the evidence, sorted.</summary>
    public ImmutableArray<Identifier> Generic { get; }

    /// <summary>
    /// Sets with more values of a namespace than one profile may have; they link nothing. Sorted, distinct.
    /// </summary>
    public ImmutableArray<EvidenceSet> Rejected { get; }

    /// <summary>
    /// The components of more identifiers than the policy expects, by their first identifiers: for an alert, since
    /// their size decides nothing.
    /// </summary>
    public ImmutableArray<OversizeComponent> Oversize { get; }

    /// <inheritdoc/>
    public bool IsContested(Identifier identifier) => _contested.Contains(identifier);

    /// <inheritdoc/>
    public bool IsGeneric(Identifier identifier) => Generic.BinarySearch(identifier) >= 0;

    /// <inheritdoc/>
    /// <remarks>Constant time.</remarks>
    public ResolvedProfile? Find(Identifier identifier) =>
        _profiles.TryGetValue(identifier, out var found) ? found.Profile : null;

    /// <inheritdoc/>
    public bool IsLinkable(Identifier identifier) =>
        _profiles.TryGetValue(identifier, out var found) && found.Linkable;

    /// <summary>The same, of equal profiles that others know already: profiles are compared by reference.</summary>
    internal ResolvedPartition Of(ImmutableArray<ResolvedProfile> profiles) => new(
        profiles, _profiles.Where(static found => found.Value.Linkable).Select(static found => found.Key).ToHashSet(),
        Accepted, Refused, IdleMustLinks, Decisions, Oversize, Generic, Rejected);

    /// <summary>
    /// The witness of a refusal, by breadth-first search over the accepted links before it: linear in their number.
    /// </summary>
    /// <exception cref="ArgumentException">The pair was not refused in this resolution.</exception>
    public Witness WitnessOf(RefusedPair refused)
    {
        ArgumentNullException.ThrowIfNull(refused);
        if (!Refused.Contains(refused))
            throw new ArgumentException("The pair was not refused in this resolution.", nameof(refused));
        var links = new AcceptedLinks(Accepted.TakeWhile(accepted => accepted.Order < refused.Order));
        var fromFirst = Path(links, refused.Pair.First, IsConflicting);
        var fromSecond = Path(links, refused.Pair.Second, IsConflicting);
        return new Witness(fromFirst, fromSecond);

        // Each side holds one of the two that may not meet, or at least one of the values that are too many.
        bool IsConflicting(Identifier identifier) => refused.Conflict is { } conflict
            ? identifier == conflict.First || identifier == conflict.Second
            : string.Equals(identifier.Namespace, refused.LimitNamespace, StringComparison.Ordinal);
    }

    private static ImmutableArray<Identifier> Path(AcceptedLinks links, Identifier from, Func<Identifier, bool> isGoal)
    {
        var way = links.Way(from, isGoal)
            ?? throw new InvalidOperationException("A refusal without a witness: the resolution is inconsistent.");
        return [from, .. way.Select(step => step.To)];
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

    private int CompareAnchors(LinkTable table, bool[] inert, int one, int other)
    {
        var order = Rank(one).CompareTo(Rank(other));
        return order != 0 ? order : table.CompareRank(one, other);

        AnchorRank Rank(int index) =>
            new(inert[index], IsContested(table.Identifiers[index]), table.Earliest[index]);
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
