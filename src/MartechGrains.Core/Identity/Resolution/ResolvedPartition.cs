using System.Collections.Immutable;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>Profiles and the explanation of how they came about. Immutable and safe to share between threads.</summary>
public sealed class ResolvedPartition : JudgedPartition
{
    internal ResolvedPartition(
        LinkTable table, ComponentUnion union, ImmutableArray<AcceptedPair> accepted,
        ImmutableArray<RefusedPair> refused, ImmutableArray<IdleMustLink> idle, IdentityDecisions decisions,
        ImmutableArray<OversizeComponent> oversize, bool[] isGeneric, bool[] inert)
        : base(table, union, refused, decisions, oversize, isGeneric, inert)
    {
        Accepted = accepted;
        IdleMustLinks = idle;
        Rejected = table.Rejected;
    }

    internal ResolvedPartition(
        ImmutableArray<ResolvedProfile> profiles, IReadOnlySet<Identifier> linkable,
        ImmutableArray<AcceptedPair> accepted, ImmutableArray<RefusedPair> refused,
        ImmutableArray<IdleMustLink> idle, IdentityDecisions decisions, ImmutableArray<OversizeComponent> oversize,
        ImmutableArray<Identifier> generic, ImmutableArray<EvidenceSet> rejected)
        : base(profiles, linkable, refused, decisions, oversize, generic)
    {
        Accepted = accepted;
        IdleMustLinks = idle;
        Rejected = rejected;
    }

    /// <summary>The pairs that hold, in the order they were judged in.</summary>
    public ImmutableArray<AcceptedPair> Accepted { get; }

    /// <summary>Must-links without effect.</summary>
    public ImmutableArray<IdleMustLink> IdleMustLinks { get; }

    /// <summary>
    /// Sets with more values of a namespace than one profile may have; they link nothing. Sorted, distinct.
    /// </summary>
    public ImmutableArray<EvidenceSet> Rejected { get; }

    /// <summary>The same, of equal profiles that others know already: profiles are compared by reference.</summary>
    internal ResolvedPartition Of(ImmutableArray<ResolvedProfile> profiles) => new(
        profiles, Linkable(), Accepted, Refused, IdleMustLinks, Decisions, Oversize, Generic, Rejected);

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
}
