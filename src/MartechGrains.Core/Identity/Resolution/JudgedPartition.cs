using System.Collections.Immutable;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// Profiles, and the pairs that were refused, without the pairs that hold. Immutable and safe to share between threads.
/// </summary>
public class JudgedPartition : IProfilePartition
{
    private readonly Dictionary<Identifier, (ResolvedProfile Profile, bool Linkable)> _profiles;
    private readonly HashSet<Identifier> _contested;

    internal JudgedPartition(
        LinkTable table, ComponentUnion union, ImmutableArray<RefusedPair> refused, IdentityDecisions decisions,
        ImmutableArray<OversizeComponent> oversize, bool[] isGeneric, bool[] inert)
    {
        Refused = refused;
        Decisions = decisions;
        Oversize = oversize;
        Generic = [.. table.Identifiers.Where((_, i) => isGeneric[i])];
        _contested = [.. refused.Select(static pair => pair.Contested)];
        _profiles = new Dictionary<Identifier, (ResolvedProfile, bool)>(table.Identifiers.Length);
        Profiles = Collect(table, union, inert);
    }

    internal JudgedPartition(
        ImmutableArray<ResolvedProfile> profiles, IReadOnlySet<Identifier> linkable,
        ImmutableArray<RefusedPair> refused, IdentityDecisions decisions, ImmutableArray<OversizeComponent> oversize,
        ImmutableArray<Identifier> generic)
    {
        Profiles = profiles;
        Refused = refused;
        Decisions = decisions;
        Oversize = oversize;
        Generic = generic;
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

    /// <summary>The pairs that do not hold, in the order they were judged in.</summary>
    public ImmutableArray<RefusedPair> Refused { get; }

    /// <summary>The decisions it was made under.</summary>
    public IdentityDecisions Decisions { get; }

    /// <summary>The generic values among the evidence, sorted.</summary>
    public ImmutableArray<Identifier> Generic { get; }

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

    private protected HashSet<Identifier> Linkable() =>
        [.. _profiles.Where(static found => found.Value.Linkable).Select(static found => found.Key)];

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
