using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>All that a resolution is a function of; see <see cref="Resolver.Resolve"/>.</summary>
/// <param name="Evidence">What links. For a question about several homes, the evidence of all of them.</param>
/// <param name="Decisions">The decisions in force.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Generic">The generic values; null counts neighbours over the evidence.</param>
/// <param name="Unconfirmed">Identifiers whose joins are open.</param>
/// <param name="Retracted">What links no more, but counts where neighbours are counted.</param>
public sealed record ResolverInput(
    IReadOnlyList<EvidenceSet> Evidence,
    IdentityDecisions Decisions,
    IdentityPolicy Policy,
    IReadOnlySet<Identifier>? Generic = null,
    IReadOnlySet<Identifier>? Unconfirmed = null,
    IReadOnlyList<EvidenceSet>? Retracted = null)
{
    /// <summary>Resolves it.</summary>
    public ResolvedPartition Resolve() =>
        Resolver.Resolve(Evidence, Decisions, Policy, Generic, Unconfirmed, Retracted);
}
