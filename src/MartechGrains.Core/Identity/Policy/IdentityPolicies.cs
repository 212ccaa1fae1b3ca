using System.Collections.Frozen;
using System.Collections.Immutable;

namespace MartechGrains.Core.Identity.Policy;

/// <summary>
/// The versions of the identity policy that homes may be working under: while a change is on its way, some are on the
/// old one and some on the new, and a journal is folded under the versions it names. Immutable.
/// </summary>
public sealed class IdentityPolicies
{
    private readonly FrozenDictionary<int, IdentityPolicy> _versions;

    /// <summary>Creates the set.</summary>
    /// <param name="versions">At least one; no version twice.</param>
    /// <exception cref="ArgumentException">There is none, or a version is there twice.</exception>
    public IdentityPolicies(params IEnumerable<IdentityPolicy> versions)
    {
        ImmutableArray<IdentityPolicy> all = [.. versions.OrderBy(static policy => policy.Version)];
        if (all.IsEmpty) throw new ArgumentException("There is no identity policy.", nameof(versions));
        _versions = all.ToFrozenDictionary(static policy => policy.Version);
        Newest = all[^1];
    }

    /// <summary>The policy of the highest version: homes adopt it when they next write.</summary>
    public IdentityPolicy Newest { get; }

    /// <summary>Whether a version is known here.</summary>
    public bool Contains(int version) => _versions.ContainsKey(version);

    /// <summary>The policy of a version.</summary>
    /// <exception cref="UnknownPolicyVersionException">It is not known here.</exception>
    public IdentityPolicy Of(int version) =>
        _versions.TryGetValue(version, out var policy) ? policy : throw new UnknownPolicyVersionException(version);

    /// <summary>The set with one more version; the same set where it is there already.</summary>
    public IdentityPolicies With(IdentityPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return Contains(policy.Version) ? this : new IdentityPolicies(_versions.Values.Append(policy));
    }
}

/// <summary>A journal names a version of the identity policy that this node has not learnt of yet.</summary>
public sealed class UnknownPolicyVersionException : Exception
{
    /// <summary>Names the version.</summary>
    public UnknownPolicyVersionException(int version)
        : base($"Version {version} of the identity policy is not known on this node.") => Version = version;

    /// <summary>The version.</summary>
    public int Version { get; }
}
