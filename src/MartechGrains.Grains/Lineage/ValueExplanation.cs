using System.Collections.Immutable;
using MartechGrains.Core.Features;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Grains.Lineage;

/// <summary>Where a value of a profile came from.</summary>
/// <param name="Field">The value's full name, such as <c>features.purchase_count</c>.</param>
/// <param name="Features">
/// The feature's values at the moment asked for, one per currency it has; empty for a trait.
/// </param>
/// <param name="Trait">How a trait survived; null for a feature.</param>
/// <param name="Contributions">
/// Every event that contributes: of a feature newest first, of a trait the survivor first, then as its rule ranks them.
/// </param>
public sealed record ValueExplanation(
    string Field,
    ImmutableArray<FeatureValue> Features,
    TraitExplanation? Trait,
    ImmutableArray<ValueContribution> Contributions);

/// <summary>Why a declaration of a trait survived.</summary>
/// <param name="Rule">The rule of the policy in force.</param>
/// <param name="PolicyVersion">The policy's version.</param>
/// <param name="Criterion">What tells the survivor from the next declaration.</param>
/// <param name="Declarations">Each contribution's declaration, in the contributions' order.</param>
public sealed record TraitExplanation(
    SurvivorshipRule Rule,
    int PolicyVersion,
    SurvivorshipCriterion Criterion,
    ImmutableArray<RatedTrait> Declarations);

/// <summary>One event that a value was computed from.</summary>
/// <param name="Event">The event.</param>
/// <param name="Index">Its place among the profile's events, in event-time order from 0.</param>
/// <param name="Term">What it adds, where the value is a sum.</param>
public readonly record struct ValueContribution(JournaledEvent Event, int Index, FeatureScalar? Term);

/// <summary>The events of one profile.</summary>
/// <param name="Events">In event-time order.</param>
/// <param name="Merges">The absorptions that brought some of them here, inner ones first.</param>
public sealed record ProfileHistory(ImmutableArray<JournaledEvent> Events, ImmutableArray<JournaledMerge> Merges);
