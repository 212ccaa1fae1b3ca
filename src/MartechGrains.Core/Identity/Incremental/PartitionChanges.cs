using System.Collections.Immutable;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Incremental;

/// <summary>What changed in a <see cref="GrowingPartition"/> between two moments.</summary>
/// <param name="Profiles">The profiles that are new or other than they were, by their first identifiers.</param>
/// <param name="Gone">Identifiers that had a profile and have none any more, sorted.</param>
public sealed record PartitionChanges(ImmutableArray<RegroupedProfile> Profiles, ImmutableArray<Identifier> Gone);

/// <summary>One profile that changed.</summary>
/// <param name="Profile">The profile as it is now.</param>
/// <param name="Former">
/// The profiles that its identifiers were in before, by their first identifiers; none where all of it is new. Several
/// where profiles were merged; one profile is in several changes where it was split.
/// </param>
public sealed record RegroupedProfile(ResolvedProfile Profile, ImmutableArray<ResolvedProfile> Former);
