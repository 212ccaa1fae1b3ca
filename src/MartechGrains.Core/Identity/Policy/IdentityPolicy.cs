using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MartechGrains.Core.Identity.Policy;

/// <summary>
/// One version of the rules by which evidence becomes profiles. Immutable and safe to share between threads.
/// </summary>
public sealed class IdentityPolicy
{
    /// <summary>Most namespaces of one policy.</summary>
    public const int MaxNamespaces = 64;

    /// <summary><see cref="MaxIdentifiers"/> where nothing else is set.</summary>
    public const int DefaultMaxIdentifiers = 1000;

    private readonly FrozenDictionary<string, int> _indexes;

    /// <summary>Creates a policy.</summary>
    /// <param name="version">Its version, at least 1; a newer policy has a larger one.</param>
    /// <param name="namespaces">Its namespaces, in any order.</param>
    /// <param name="blockedEverywhere">Values that name nobody in any namespace; null for none.</param>
    /// <param name="survivorship">Which declarations of traits count; null for the newest.</param>
    /// <param name="maxIdentifiers">See <see cref="MaxIdentifiers"/>; at least 2.</param>
    /// <exception cref="ArgumentException">A namespace is there twice, or a setting is out of its bounds or contradicts
    /// another.</exception>
    public IdentityPolicy(
        int version, IEnumerable<NamespacePolicy> namespaces, BlockedValues? blockedEverywhere = null,
        SurvivorshipPolicy? survivorship = null, int maxIdentifiers = DefaultMaxIdentifiers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxIdentifiers, 2);
        ArgumentNullException.ThrowIfNull(namespaces);
        Version = version;
        MaxIdentifiers = maxIdentifiers;
        BlockedEverywhere = blockedEverywhere ?? BlockedValues.None;
        Survivorship = survivorship ?? SurvivorshipPolicy.Default;
        Namespaces = [.. namespaces.OrderBy(n => n.Priority).ThenBy(n => n.Name, StringComparer.Ordinal)];
        if (Namespaces.IsEmpty || Namespaces.Length > MaxNamespaces)
            throw new ArgumentException($"A policy has 1 to {MaxNamespaces} namespaces.", nameof(namespaces));
        foreach (var one in Namespaces)
            Check(one);
        if (Namespaces.Select(n => n.Name).Distinct(StringComparer.Ordinal).Count() != Namespaces.Length)
            throw new ArgumentException("A namespace is there twice.", nameof(namespaces));
        LimitedNamespaces =
            [.. Enumerable.Range(0, Namespaces.Length).Where(i => Namespaces[i].MaxPerProfile is not null)];
        HasLimitWindows = Namespaces.Any(n => n.LimitWindow is not null);
        _indexes = Enumerable.Range(0, Namespaces.Length)
            .ToFrozenDictionary(i => Namespaces[i].Name, i => i, StringComparer.Ordinal);
    }

    /// <summary>The version, at least 1.</summary>
    public int Version { get; }

    /// <summary>All namespaces, by priority, then name.</summary>
    public ImmutableArray<NamespacePolicy> Namespaces { get; }

    /// <summary>Values that name nobody in any namespace.</summary>
    public BlockedValues BlockedEverywhere { get; }

    /// <summary>Which declarations of traits count.</summary>
    public SurvivorshipPolicy Survivorship { get; }

    /// <summary>
    /// A component of more identifiers is reported as oversize, since a shared value that the policy does not know of
    /// may have made it. Its size decides nothing.
    /// </summary>
    public int MaxIdentifiers { get; }

    /// <summary>Positions in <see cref="Namespaces"/> of those with a limit, ascending.</summary>
    internal ImmutableArray<int> LimitedNamespaces { get; }

    /// <summary>Whether any limit has a window.</summary>
    internal bool HasLimitWindows { get; }

    /// <summary>The same rules as another version.</summary>
    public IdentityPolicy AsVersion(int version) => version == Version
        ? this
        : new IdentityPolicy(version, Namespaces, BlockedEverywhere, Survivorship, MaxIdentifiers);

    /// <summary>The policy of a namespace; false where the policy does not know it. Constant time.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out NamespacePolicy? policy)
    {
        policy = _indexes.TryGetValue(name, out var index) ? Namespaces[index] : null;
        return policy is not null;
    }

    /// <summary>
    /// Whether an identifier names nobody: its value is blocked, for its namespace or everywhere, or the policy does
    /// not know its namespace.
    /// </summary>
    public bool IsBlocked(Identifier identifier)
    {
        var index = IndexOf(identifier.Namespace);
        return index < 0 || IsBlocked(Namespaces[index], identifier.Value);
    }

    /// <summary>Whether a profile never has more than one value of a namespace; false for an unknown one.</summary>
    public bool IsUnique(string name) => TryGet(name, out var policy) && policy.IsUnique;

    /// <summary>
    /// The number of unique neighbours from which a value of the namespace is generic; null for never.
    /// </summary>
    public int? GenericAfter(string name) => TryGet(name, out var policy) ? policy.GenericThreshold : null;

    /// <summary>The namespace's priority, 1 the highest; an unknown namespace comes after all.</summary>
    public int Priority(string name) => TryGet(name, out var policy) ? policy.Priority : int.MaxValue;

    /// <summary>
    /// Whether a set carries more values of some namespace than one profile may have: such an event is quarantined and
    /// links nothing. A window does not help it, since an event's values are all of one moment. Blocked values count
    /// too, so that unblocking one never rejects evidence accepted before.
    /// </summary>
    /// <param name="identifiers">Distinct identifiers.</param>
    public bool ExceedsLimit(ReadOnlySpan<Identifier> identifiers)
    {
        if (identifiers.Length < 2)
            return false;
        Span<int> counts = stackalloc int[MaxNamespaces];
        counts.Clear();
        foreach (var identifier in identifiers)
        {
            var index = IndexOf(identifier.Namespace);
            if (index >= 0 && ++counts[index] > (Namespaces[index].MaxPerProfile ?? int.MaxValue))
                return true;
        }

        return false;
    }

    /// <summary>
    /// By priority, then SHA-256 of namespace and value: of two identifiers the first owns what both carried, and the
    /// second may change hands.
    /// </summary>
    internal int CompareRank(Identifier one, Identifier other)
    {
        var byPriority = ComparePriority(one, other);
        return byPriority != 0 || one == other
            ? byPriority
            : IdentifierDigest.Of(one).CompareTo(IdentifierDigest.Of(other));
    }

    /// <summary>By the priority of their namespaces.</summary>
    internal int ComparePriority(Identifier one, Identifier other) =>
        Priority(one.Namespace).CompareTo(Priority(other.Namespace));

    /// <summary>Position in <see cref="Namespaces"/>, or -1.</summary>
    internal int IndexOf(string name) => _indexes.TryGetValue(name, out var index) ? index : -1;

    internal bool IsBlocked(NamespacePolicy policy, string value) =>
        policy.Blocked.Contains(value) || BlockedEverywhere.Contains(value);

    private static void Check(NamespacePolicy one)
    {
        if (one.Name.Length is 0 or > NamespacePolicy.MaxNameLength)
            throw new ArgumentException($"A namespace name has 1 to {NamespacePolicy.MaxNameLength} characters.");
        if (one.Priority is < 1 or > NamespacePolicy.MaxPriority)
            throw new ArgumentException($"Priority of {one.Name}: 1 to {NamespacePolicy.MaxPriority}.");
        if (one.MaxPerProfile < 1)
            throw new ArgumentException($"MaxPerProfile of {one.Name}: at least 1.");
        if (one.LimitWindow is < 1 or > NamespacePolicy.MaxLimitWindow)
            throw new ArgumentException($"LimitWindow of {one.Name}: 1 to {NamespacePolicy.MaxLimitWindow} ms.");
        if (one is { LimitWindow: not null, MaxPerProfile: null })
            throw new ArgumentException($"{one.Name}: a limit window without MaxPerProfile limits nothing.");
        if (one.GenericAfter < NamespacePolicy.MinGenericAfter)
            throw new ArgumentException($"GenericAfter of {one.Name}: at least {NamespacePolicy.MinGenericAfter}.");
        if (one is { Contested: ContestedRule.Nobody, GenericAfter: > NamespacePolicy.MinGenericAfter })
            throw new ArgumentException($"{one.Name}: contested by nobody means generic after 2, but more is set.");
        if (one.DefaultRegion is not null && one.Normaliser != NormaliserKind.Phone)
            throw new ArgumentException($"{one.Name}: only phone numbers have a default region.");
        if (one.DefaultRegion is { } region && !NamespacePolicy.IsKnownRegion(region))
            throw new ArgumentException($"{one.Name}: the default region is no ISO 3166 code with a numbering plan.");
    }
}
