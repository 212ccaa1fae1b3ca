using System.Collections.Immutable;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Identity.Incremental;

/// <summary>
/// What a <see cref="GrowingPartition"/> knows as long as nothing had to be resolved anew: who is together, and what of
/// it was emitted. Every change that it cannot make is answered with false, and leaves it unfit for use.
/// </summary>
internal sealed partial class PartitionGroups
{
    private readonly IdentityPolicy _policy;
    private readonly IdentityDecisions _decisions;
    private readonly Dictionary<Identifier, int> _indexes = [];
    private readonly List<PartitionMember> _members = [];
    private readonly ComponentUnion _union;

    public PartitionGroups(IdentityPolicy policy, IdentityDecisions decisions, int capacity = 0)
    {
        _policy = policy;
        _decisions = decisions;
        _union = new ComponentUnion(policy, capacity);
    }

    public ImmutableArray<RefusedPair> Refused { get; private init; } = [];

    public bool HasRefusals => !Refused.IsEmpty;

    public bool IsOversize { get; private set; }

    /// <summary>Whether the identifier is in a profile.</summary>
    public bool Contains(Identifier identifier) => Member(identifier) is { IsBlocked: false };

    public bool IsLinkable(Identifier identifier) => Member(identifier) is { IsLinkable: true };

    public bool IsGeneric(Identifier identifier) => Member(identifier) is { IsGeneric: true };

    public bool IsContested(Identifier identifier) => Member(identifier) is { IsContested: true };

    public ResolvedProfile? Find(Identifier identifier) =>
        _indexes.TryGetValue(identifier, out var index) && !_members[index].IsBlocked
            ? ProfileOf(_union.Find(index))
            : null;

    public Identifier? AnchorOf(Identifier identifier) =>
        _indexes.TryGetValue(identifier, out var index) && !_members[index].IsBlocked
            ? _members[_members[_union.Find(index)].Anchor].Identifier
            : null;

    public ImmutableArray<ResolvedProfile> Profiles()
    {
        var profiles = ImmutableArray.CreateBuilder<ResolvedProfile>();
        for (var index = 0; index < _members.Count; index++)
        {
            if (_union.Find(index) == index && !_members[index].IsBlocked)
                profiles.Add(ProfileOf(index));
        }

        if (profiles.Count > 1)
            profiles.Sort(static (one, other) => one.Identifiers[0].CompareTo(other.Identifiers[0]));
        return profiles.DrainToImmutable();
    }

    /// <summary>
    /// Adds a set, or the wider times of one that is there.
    /// </summary>
    /// <param name="identifiers">The set.</param>
    /// <param name="oldest">Its smallest event time.</param>
    /// <param name="isKnown">Whether it is there.</param>
    /// <param name="generic">Generic values, for identifiers that are new; null for none.</param>
    /// <param name="unconfirmed">Identifiers with open joins, likewise.</param>
    public bool TryAppend(
        ImmutableArray<Identifier> identifiers, EventTime oldest, bool isKnown,
        IReadOnlySet<Identifier>? generic, IReadOnlySet<Identifier>? unconfirmed)
    {
        if (_policy.ExceedsLimit(identifiers.AsSpan()))
            return true;
        foreach (var identifier in identifiers)
        {
            if (!_indexes.TryGetValue(identifier, out var index))
            {
                // A decision about it was without effect so far.
                if (_decisions.Names(identifier))
                    return false;
                index = Add(
                    identifier, oldest, generic?.Contains(identifier) == true,
                    unconfirmed?.Contains(identifier) == true);
            }
            else if (!TryDate(index, oldest))
            {
                return false;
            }

            if (!isKnown)
                _members[index].WaitFor(identifiers);
        }

        return TryLink(identifiers);
    }

    /// <summary>The join of an identifier in a profile has closed.</summary>
    public bool TryConfirm(Identifier identifier)
    {
        if (_decisions.Names(identifier))
            return false;
        var index = _indexes[identifier];
        var member = _members[index];
        member.IsUnconfirmed = false;
        if (!member.IsLinkable)
            return true;
        _union.SetFirstTime(index, member.Earliest);
        Touch(index);
        return member.TakeWaiting().All(TryLink);
    }

    private PartitionMember? Member(Identifier identifier) =>
        _indexes.TryGetValue(identifier, out var index) ? _members[index] : null;

    private int Add(Identifier identifier, EventTime oldest, bool isGeneric, bool isUnconfirmed)
    {
        var isBlocked = _policy.IsBlocked(identifier);
        var member = Add(new PartitionMember(identifier)
        {
            IsBlocked = isBlocked,
            IsGeneric = isGeneric && !isBlocked,
            IsUnconfirmed = isUnconfirmed && !isBlocked,
            Earliest = oldest,
            // A blocked one is in no profile: it stays gone.
            Emitted = isBlocked ? null : Regain(identifier),
        });
        return _union.Add(_policy.IndexOf(identifier.Namespace), FirstTime(member));
    }

    private PartitionMember Add(PartitionMember member)
    {
        member.Anchor = _members.Count;
        _indexes.Add(member.Identifier, _members.Count);
        _members.Add(member);
        Touch(member.Anchor);
        return member;
    }

    /// <summary>An inert value has none that its home could know, as in a full resolution.</summary>
    private static EventTime? FirstTime(PartitionMember member) =>
        member.IsLinkable && member.Earliest != LinkTable.NoTime ? member.Earliest : null;

    private bool TryDate(int index, EventTime oldest)
    {
        var member = _members[index];
        if (oldest >= member.Earliest)
            return true;
        // What shares a window may be other values now.
        if (member.IsLinkable
            && _policy.TryGet(member.Identifier.Namespace, out var own) && own.LimitWindow is not null)
            return false;
        member.Earliest = oldest;
        var root = _members[_union.Find(index)];
        if (CompareAnchors(member, _members[root.Anchor]) >= 0)
            return true;
        root.Anchor = index;
        Touch(index);
        return true;
    }

    /// <summary>
    /// Unites the linkable identifiers of a set. All of its pairs hold where all of it may be one: what is forbidden to
    /// a part is forbidden to the whole. Beside a refused pair, the order of the pairs decides.
    /// </summary>
    private bool TryLink(ImmutableArray<Identifier> identifiers)
    {
        var root = -1;
        foreach (var identifier in identifiers)
        {
            var index = _indexes[identifier];
            if (!_members[index].IsLinkable)
                continue;
            var other = _union.Find(index);
            if (root >= 0 && (_members[root].HasRefusals || _members[other].HasRefusals))
                return false;
            if (root < 0 || root == other)
                root = other;
            else if (_union.BrokenLimit(root, other) is not null || _union.BrokenCannotLink(root, other) is not null)
                return false;
            else
                root = Unite(root, other);
        }

        return true;
    }

    private int Unite(int one, int other)
    {
        Touch(one);
        Touch(other);
        var (larger, smaller) = _union.Size(one) >= _union.Size(other) ? (one, other) : (other, one);
        var (winner, loser) = (_members[larger], _members[smaller]);
        if (winner.Profile is not null)
            (winner.Added ??= []).AddRange(Group(smaller));
        loser.Profile = null;
        loser.Added = null;
        if (CompareAnchors(_members[loser.Anchor], _members[winner.Anchor]) < 0)
            winner.Anchor = loser.Anchor;
        _union.Unite(larger, smaller);
        IsOversize |= _union.Size(larger) > _policy.MaxIdentifiers;
        return larger;
    }

    private int CompareAnchors(PartitionMember one, PartitionMember other)
    {
        var order = one.AnchorRank.CompareTo(other.AnchorRank);
        return order != 0 ? order : _policy.CompareRank(one.Identifier, other.Identifier);
    }

    private void Touch(int index)
    {
        if (_members[index].IsTouched)
            return;
        _members[index].IsTouched = true;
        _touched.Add(index);
    }

    private ResolvedProfile ProfileOf(int root)
    {
        var member = _members[root];
        var anchor = _members[member.Anchor].Identifier;
        if (member.Profile is { } profile && member.Added is null && profile.Anchor == anchor)
            return profile;
        var added = member.Added ?? (member.Profile is null ? Group(root) : []);
        member.Profile = new ResolvedProfile(Merge(member.Profile?.Identifiers ?? [], added), anchor);
        member.Added = null;
        return member.Profile;
    }

    private List<Identifier> Group(int root)
    {
        var identifiers = new List<Identifier>(_union.Size(root));
        var index = root;
        do
        {
            identifiers.Add(_members[index].Identifier);
            index = _union.Next(index);
        }
        while (index != root);
        return identifiers;
    }

    private static ImmutableArray<Identifier> Merge(ImmutableArray<Identifier> sorted, List<Identifier> added)
    {
        added.Sort();
        var merged = ImmutableArray.CreateBuilder<Identifier>(sorted.Length + added.Count);
        var next = 0;
        foreach (var identifier in added)
        {
            var before = ~sorted.BinarySearch(identifier);
            merged.AddRange(sorted.AsSpan()[next..before]);
            merged.Add(identifier);
            next = before;
        }

        merged.AddRange(sorted.AsSpan()[next..]);
        return merged.MoveToImmutable();
    }
}
