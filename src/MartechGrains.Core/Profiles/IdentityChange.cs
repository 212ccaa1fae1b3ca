using System.Collections.Immutable;

namespace MartechGrains.Core.Profiles;

/// <summary>What happened to the profiles of a home between two of its states.</summary>
public enum IdentityChangeKind : byte
{
    /// <summary>Identifiers of two or more profiles are in one now.</summary>
    Merged = 1,

    /// <summary>Identifiers of one profile are in two or more now.</summary>
    Split = 2,
}

/// <summary>A merge or a split, for the change feed.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Profile">The profile merged into, or split.</param>
/// <param name="Others">The profiles merged, or split off; sorted, without <paramref name="Profile"/>.</param>
public sealed record IdentityChange(IdentityChangeKind Kind, ProfileId Profile, ImmutableArray<ProfileId> Others);
