using System.Collections.Immutable;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Identity.Explanations;

/// <summary>How a profile came about. <c>Order</c> tells what was judged before what.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Uniting">The pairs that brought it together, in the order they were judged in.</param>
/// <param name="Refusals">The pairs with one end in it that were refused, likewise.</param>
/// <param name="MustLinks">The must-links in force with an end in it, those without effect too.</param>
/// <param name="CannotLinks">The cannot-links in force with an end in it.</param>
/// <param name="LinkableValues">Its values that link by decision.</param>
/// <param name="Truncated">Whether any of the lists goes on, or a witness is longer.</param>
public sealed record ProfileStory(
    ResolvedProfile Profile,
    ImmutableArray<AcceptedPair> Uniting,
    ImmutableArray<Refusal> Refusals,
    ImmutableArray<IdentityDecision> MustLinks,
    ImmutableArray<IdentityDecision> CannotLinks,
    ImmutableArray<LinkableValue> LinkableValues,
    bool Truncated);
