using System.Collections.Immutable;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Identity.Incremental;

/// <summary>The groups as a full resolution leaves them.</summary>
internal sealed partial class PartitionGroups
{
    /// <summary>What a full resolution made of the evidence; what was emitted carries over from before.</summary>
    public static PartitionGroups Of(
        JudgedPartition resolution, IdentityPolicy policy,
        IReadOnlyDictionary<ImmutableArray<Identifier>, LinkTimes> evidence, PartitionGroups before)
    {
        var groups = new PartitionGroups(policy, resolution.Decisions, before._members.Count)
        {
            Refused = resolution.Refused,
            IsOversize = !resolution.Oversize.IsEmpty,
        };
        groups.AddMembers(resolution, evidence);
        foreach (var member in groups._members)
            groups._union.Add(policy.IndexOf(member.Identifier.Namespace), FirstTime(member));
        for (var rank = 0; rank < resolution.Decisions.CannotLinks.Length; rank++)
        {
            var pair = resolution.Decisions.CannotLinks[rank].Pair;
            if (groups._indexes.TryGetValue(pair.First, out var one)
                && groups._indexes.TryGetValue(pair.Second, out var other))
                groups._union.Forbid(one, other, rank);
        }

        groups.Join(resolution);
        groups.TakeOver(before);
        return groups;
    }

    private void AddMembers(
        JudgedPartition resolution, IReadOnlyDictionary<ImmutableArray<Identifier>, LinkTimes> evidence)
    {
        foreach (var profile in resolution.Profiles)
        {
            foreach (var identifier in profile.Identifiers)
            {
                var isGeneric = resolution.Generic.BinarySearch(identifier) >= 0;
                Add(new PartitionMember(identifier)
                {
                    IsGeneric = isGeneric,
                    IsUnconfirmed = !isGeneric && !resolution.IsLinkable(identifier),
                    IsContested = resolution.IsContested(identifier),
                });
            }
        }

        foreach (var (identifiers, times) in evidence)
        {
            if (_policy.ExceedsLimit(identifiers.AsSpan()))
                continue;
            foreach (var identifier in identifiers)
            {
                var member = Member(identifier) ?? Add(new PartitionMember(identifier) { IsBlocked = true });
                member.Earliest = EventTime.Min(member.Earliest, times.Oldest);
                member.WaitFor(identifiers);
            }
        }
    }

    private void Join(JudgedPartition resolution)
    {
        foreach (var profile in resolution.Profiles)
        {
            var root = _indexes[profile.Identifiers[0]];
            foreach (var identifier in profile.Identifiers.AsSpan()[1..])
                root = _union.Unite(root, _indexes[identifier]);
            _members[root].Anchor = _indexes[profile.Anchor];
            _members[root].Profile = profile;
        }

        foreach (var refused in resolution.Refused)
        {
            _members[_union.Find(_indexes[refused.Pair.First])].HasRefusals = true;
            _members[_union.Find(_indexes[refused.Pair.Second])].HasRefusals = true;
        }
    }
}
