using System.Collections.Immutable;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Incremental;

/// <summary>What of the groups was emitted, and what became of it.</summary>
internal sealed partial class PartitionGroups
{
    private static readonly PartitionChanges Nothing = new([], []);

    private readonly List<int> _touched = [];
    private Dictionary<Identifier, EmittedProfile>? _gone;

    /// <summary>What changed since this was last asked.</summary>
    public PartitionChanges TakeChanges()
    {
        if (_touched.Count == 0 && _gone is null)
            return Nothing;
        // Numbers of roots instead of those of members: few, and often one.
        for (var i = 0; i < _touched.Count; i++)
        {
            var member = _members[_touched[i]];
            member.IsTouched = false;
            _touched[i] = member.IsBlocked ? -1 : _union.Find(_touched[i]);
        }

        _touched.Sort();
        var changes = ImmutableArray.CreateBuilder<RegroupedProfile>();
        for (var i = 0; i < _touched.Count; i++)
        {
            var root = _touched[i];
            if (root >= 0 && (i == 0 || root != _touched[i - 1]) && ChangeOf(root) is { } change)
                changes.Add(change);
        }

        _touched.Clear();
        changes.Sort(static (one, other) => one.Profile.Identifiers[0].CompareTo(other.Profile.Identifiers[0]));
        var taken = new PartitionChanges(changes.DrainToImmutable(), _gone is null ? [] : [.. _gone.Keys.Order()]);
        _gone = null;
        return taken;
    }

    private void TakeOver(PartitionGroups before)
    {
        foreach (var member in before._members)
        {
            if (member.Emitted is { } emitted)
                TakeOver(member.Identifier, emitted);
        }

        foreach (var (identifier, emitted) in before._gone ?? [])
            TakeOver(identifier, emitted);
    }

    private void TakeOver(Identifier identifier, EmittedProfile emitted)
    {
        if (Member(identifier) is { IsBlocked: false } member)
            member.Emitted = emitted;
        else
            (_gone ??= []).Add(identifier, emitted);
    }

    /// <summary>What was emitted of an identifier that was gone and comes back; null where nothing was.</summary>
    private EmittedProfile? Regain(Identifier identifier) =>
        _gone is not null && _gone.Remove(identifier, out var emitted) ? emitted : null;

    /// <summary>What became of a profile since it was last emitted; null where nothing did.</summary>
    private RegroupedProfile? ChangeOf(int root)
    {
        ResolvedProfile? only = null;
        HashSet<ResolvedProfile>? former = null;
        var (isSame, index) = (true, root);
        do
        {
            var member = _members[index];
            if (member.Emitted is { } emitted && !ReferenceEquals(emitted.Profile, only))
            {
                // Several are the exception.
                if (only is null)
                    only = emitted.Profile;
                else
                    (former ??= new(ReferenceEqualityComparer.Instance) { only }).Add(emitted.Profile);
            }

            isSame &= member.IsAsEmitted;
            index = _union.Next(index);
        }
        while (index != root);
        var anchor = _members[_members[root].Anchor].Identifier;
        if (isSame && former is null && only is not null
            && only.Identifiers.Length == _union.Size(root) && only.Anchor == anchor)
        {
            _members[root].Profile = only;
            _members[root].Added = null;
            return null;
        }

        var profile = ProfileOf(root);
        do
        {
            _members[index].Emit(profile);
            index = _union.Next(index);
        }
        while (index != root);
        return new RegroupedProfile(
            profile,
            former is not null ? [.. former.OrderBy(static f => f.Identifiers[0])] : only is not null ? [only] : []);
    }
}
