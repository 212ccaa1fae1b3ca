using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Incremental;

/// <summary>What of the groups was told, and what became of it.</summary>
internal sealed partial class PartitionGroups
{
    private readonly List<int> _touched = [];
    private Dictionary<Identifier, ToldProfile>? _gone;

    /// <summary>What changed since this was last asked.</summary>
    public PartitionChanges TakeChanges()
    {
        var roots = new HashSet<int>();
        foreach (var index in _touched)
        {
            _members[index].IsTouched = false;
            if (!_members[index].IsBlocked)
                roots.Add(_union.Find(index));
        }

        _touched.Clear();
        var changes = roots.Select(ChangeOf).OfType<ProfileChange>().OrderBy(c => c.Profile.Identifiers[0]);
        var taken = new PartitionChanges([.. changes], [.. (_gone?.Keys ?? Enumerable.Empty<Identifier>()).Order()]);
        _gone = null;
        return taken;
    }

    private void TakeOver(PartitionGroups before)
    {
        foreach (var member in before._members)
        {
            if (member.Told is { } told)
                TakeOver(member.Identifier, told);
        }

        foreach (var (identifier, told) in before._gone ?? [])
            TakeOver(identifier, told);
    }

    private void TakeOver(Identifier identifier, ToldProfile told)
    {
        if (Member(identifier) is { IsBlocked: false } member)
            member.Told = told;
        else
            (_gone ??= []).Add(identifier, told);
    }

    /// <summary>What was told of an identifier that was gone and comes back; null where nothing was.</summary>
    private ToldProfile? Regain(Identifier identifier) =>
        _gone is not null && _gone.Remove(identifier, out var told) ? told : null;

    /// <summary>What became of a profile since it was last told; null where nothing did.</summary>
    private ProfileChange? ChangeOf(int root)
    {
        var former = new HashSet<ResolvedProfile>(ReferenceEqualityComparer.Instance);
        var (isSame, index) = (true, root);
        do
        {
            var member = _members[index];
            if (member.Told is { } told)
                former.Add(told.Profile);
            isSame &= member.IsAsTold;
            index = _union.Next(index);
        }
        while (index != root);
        var anchor = _members[_members[root].Anchor].Identifier;
        if (isSame && former.Count == 1 && former.Single() is var only
            && only.Identifiers.Length == _union.Size(root) && only.Anchor == anchor)
        {
            _members[root].Profile = only;
            _members[root].Added = null;
            return null;
        }

        var profile = ProfileOf(root);
        do
        {
            _members[index].Tell(profile);
            index = _union.Next(index);
        }
        while (index != root);
        return new ProfileChange(profile, [.. former.OrderBy(f => f.Identifiers[0])]);
    }
}
