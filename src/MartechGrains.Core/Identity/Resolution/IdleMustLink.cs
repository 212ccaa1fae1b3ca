namespace MartechGrains.Core.Identity.Resolution;

/// <summary>Why a must-link was not even tried.</summary>
public enum IdleReason
{
    /// <summary>An end is blocked, or of a namespace the policy does not know: it can be nobody's.</summary>
    BlockedIdentifier = 1,

    /// <summary>The join of an end is not confirmed yet; it links later by itself.</summary>
    UnconfirmedIdentifier = 2,
}

/// <summary>A must-link without effect, for the operator to be told.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Reason">Why.</param>
public readonly record struct IdleMustLink(IdentityDecision Decision, IdleReason Reason);
