using System.Collections.Frozen;
using System.Collections.Immutable;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>An operator's decision about two identifiers.</summary>
/// <param name="Id">Its id, never empty; undoing and explaining go by it. Several pairs may share one.</param>
/// <param name="Pair">The two identifiers.</param>
/// <param name="MadeAt">
/// When it was made. For telling which of several is the latest; no profile depends on it.
/// </param>
public readonly record struct IdentityDecision(string Id, IdentifierPair Pair, IngestTime MadeAt = default);

/// <summary>An operator's decision that a value means a person, whatever it was taken for.</summary>
/// <param name="Id">Its id, never empty.</param>
/// <param name="Identifier">The value.</param>
/// <param name="MadeAt">As in <see cref="IdentityDecision"/>.</param>
public readonly record struct LinkableValue(string Id, Identifier Identifier, IngestTime MadeAt = default);

/// <summary>The operator decisions in force: a set, in which neither order nor repetition matters.</summary>
public sealed class IdentityDecisions
{
    /// <summary>No decision.</summary>
    public static readonly IdentityDecisions None = new([], []);

    private readonly FrozenSet<Identifier> _linkable;
    private readonly FrozenSet<Identifier> _named;

    /// <summary>Creates the set.</summary>
    public IdentityDecisions(
        IEnumerable<IdentityDecision> mustLinks, IEnumerable<IdentityDecision> cannotLinks,
        IEnumerable<LinkableValue>? linkableValues = null)
    {
        MustLinks = Sort(mustLinks);
        CannotLinks = Sort(cannotLinks);
        LinkableValues =
        [
            .. (linkableValues ?? []).Distinct().OrderBy(d => d.Identifier).ThenBy(d => d.Id, StringComparer.Ordinal)
                .ThenBy(d => d.MadeAt),
        ];
        _linkable = LinkableValues.Select(d => d.Identifier).ToFrozenSet();
        _named = MustLinks.Concat(CannotLinks).SelectMany(d => new[] { d.Pair.First, d.Pair.Second })
            .Concat(_linkable).ToFrozenSet();
    }

    /// <summary>
    /// Pairs that are one person whatever the links say, unless a limit or a cannot-link forbids it; by pair, then id.
    /// </summary>
    public ImmutableArray<IdentityDecision> MustLinks { get; }

    /// <summary>Pairs that are never one person; by pair, then id.</summary>
    public ImmutableArray<IdentityDecision> CannotLinks { get; }

    /// <summary>
    /// Values that link although the policy blocks them or too many people have had them; by value, then id. One of a
    /// namespace that the policy does not know stays blocked: there is no rule by which it could link.
    /// </summary>
    public ImmutableArray<LinkableValue> LinkableValues { get; }

    /// <summary>Whether the value was made linkable.</summary>
    public bool MakesLinkable(Identifier identifier) => _linkable.Contains(identifier);

    /// <summary>Whether any decision names the identifier.</summary>
    public bool Names(Identifier identifier) => _named.Contains(identifier);

    /// <summary>
    /// Whether an identifier names nobody: blocked by the policy, and not made linkable.
    /// </summary>
    public bool IsBlocked(Identifier identifier, IdentityPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.IsBlocked(identifier)
            && !(MakesLinkable(identifier) && policy.TryGet(identifier.Namespace, out _));
    }

    /// <summary>The same and one must-link more.</summary>
    public IdentityDecisions WithMustLink(IdentityDecision decision) =>
        new(MustLinks.Add(decision), CannotLinks, LinkableValues);

    /// <summary>The same and one value made linkable more.</summary>
    public IdentityDecisions WithLinkable(LinkableValue decision) =>
        new(MustLinks, CannotLinks, LinkableValues.Add(decision));

    private static ImmutableArray<IdentityDecision> Sort(IEnumerable<IdentityDecision> decisions) =>
    [
        .. decisions.Distinct().OrderBy(d => d.Pair).ThenBy(d => d.Id, StringComparer.Ordinal).ThenBy(d => d.MadeAt),
    ];
}
