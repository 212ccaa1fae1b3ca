using System.Collections.Immutable;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Homes.State;

/// <summary>What happened to the profiles of a home between two of its states. The numbers are stored.</summary>
public enum IdentityChangeKind : byte
{
    /// <summary>Identifiers of two or more profiles are in one now.</summary>
    Merged = 1,

    /// <summary>Identifiers of one profile are in two or more now.</summary>
    Split = 2,

    /// <summary>A profile is called otherwise: another of its identifiers gives it its id.</summary>
    AnchorChanged = 3,

    /// <summary>
    /// Evidence or a must-link would have united two profiles; a limit or a cannot-link is in the way.
    /// </summary>
    LinkRefused = 4,

    /// <summary>
    /// Events of a profile were retracted, or count again: what is computed of it changed, also where who is who did
    /// not.
    /// </summary>
    Revised = 5,

    /// <summary>
    /// An event counts for the profile no more: another body of the same (source, event id), which another home had
    /// accepted, stands. The displaced one is in quarantine.
    /// </summary>
    EventDisplaced = 6,
}

/// <summary>A change of identities, for the change feed. Holds no personal data.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Profile">
/// The profile merged into, split, called otherwise or revised, as it is called now, or was where nothing is left of
/// it; of a refused link that of its first end; of a displaced event the one that it counted for.
/// </param>
/// <param name="Others">
/// The profiles merged, or split off; what the profile was called before; the profile of the refused link's other end;
/// the one that the body counts for which stands.
/// Sorted, without <paramref name="Profile"/>.
/// </param>
/// <param name="Cause">Why it happened.</param>
/// <param name="RefusedBy">For a refused link: what is in the way; else null.</param>
public sealed record IdentityChange(
    IdentityChangeKind Kind, ProfileId Profile, ImmutableArray<ProfileId> Others, IdentityCause Cause,
    RefusalRule? RefusedBy = null);

/// <summary>What refuses a link: one of the two.</summary>
/// <param name="LimitNamespace">The namespace of whose values a profile may not have more; empty for a
/// decision.</param>
/// <param name="CannotLink">Id of the cannot-link decision, as text; empty for a limit.</param>
public sealed record RefusalRule(string LimitNamespace, string CannotLink);
