using System.Collections.Immutable;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Explanations;

/// <summary>What one home knows of who is who, for explanations that look beyond what links.</summary>
/// <param name="Resolution">Its profiles.</param>
/// <param name="Policy">The policy it works under.</param>
/// <param name="Sets">The identifier sets of the events that count, inert values included.</param>
public sealed record HomeEvidence(
    ResolvedPartition Resolution, IdentityPolicy Policy, IReadOnlyCollection<ImmutableArray<Identifier>> Sets);
