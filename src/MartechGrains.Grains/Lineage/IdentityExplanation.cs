using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Explanations;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Definitions;

namespace MartechGrains.Grains.Lineage;

/// <summary>An identifier that some event or decision has named, and the home that speaks for it.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Key">Its key.</param>
/// <param name="Home">The home.</param>
public sealed record KnownIdentifier(Identifier Identifier, IdentifierKey Key, HomeView Home);

/// <summary>Why two identifiers are one person, or why not.</summary>
/// <param name="Together">Why they are; null where they are not.</param>
/// <param name="Apart">Why they are not; null where they are.</param>
/// <param name="Profile">The profile of both; null where they are apart.</param>
/// <param name="Policy">The policy that the first one's home works under.</param>
/// <param name="BlockedBy">The rules that block the blocked values among those the answer names.</param>
/// <param name="Context">What stands behind the links that the answer names.</param>
public sealed record LinkExplanation(
    WhyTogether? Together,
    WhyApart? Apart,
    ProfileView? Profile,
    IdentityPolicy Policy,
    ImmutableDictionary<Identifier, PolicyRule> BlockedBy,
    LinkContext Context);

/// <summary>How a profile came about.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Story">Its story.</param>
/// <param name="Linkable">Operators' decisions in force that its values link.</param>
/// <param name="Context">What stands behind its links.</param>
public sealed record ProfileExplanation(
    ProfileView Profile,
    ProfileStory Story,
    ImmutableArray<(Identifier Identifier, LinkableDecision Decision)> Linkable,
    LinkContext Context);

/// <summary>What stands behind links: events and operators' acts.</summary>
/// <param name="Events">The newest event of a pair, where it was looked for and found.</param>
/// <param name="Decisions">
/// The decisions by which pairs were judged, and those in force about the very two that were asked for; by id.
/// </param>
/// <param name="Truncated">Whether there are more decisions.</param>
public sealed record LinkContext(
    ImmutableDictionary<IdentifierPair, EventOrigin> Events, ImmutableArray<Decision> Decisions, bool Truncated);
