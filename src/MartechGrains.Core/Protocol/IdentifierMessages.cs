using System.Collections.Immutable;
using MartechGrains.Core.Profiles;

namespace MartechGrains.Core.Protocol;

/// <summary>A home asks to be known at an identifier: as its home, as a carrier, with its neighbours.</summary>
/// <param name="Home">The asking home.</param>
/// <param name="Join">What it has open there.</param>
/// <param name="PolicyVersion">The policy the home works under.</param>
public sealed record JoinRequest(HomeId Home, OpenJoin Join, int PolicyVersion);

/// <summary>Where an identifier points, and what its grain wants done before anybody acknowledges.</summary>
/// <param name="Home">The home the pointer names.</param>
/// <param name="Epoch">How often the value has changed between linkable and generic.</param>
/// <param name="Generic">Whether it is generic now.</param>
/// <param name="ToDo">
/// Homes that have not been told of the epoch; whoever gets them drives them before it acknowledges.
/// </param>
public sealed record JoinReply(HomeId Home, long Epoch, bool Generic, ImmutableArray<HomeId> ToDo);

/// <summary>What a router reads of one identifier's durable row.</summary>
/// <param name="Home">The home the row names; null without a row.</param>
/// <param name="Generic">Whether the value is generic.</param>
/// <param name="Unsettled">Whether homes remain to be told or united: lookups treat it as inert.</param>
public readonly record struct PointerView(HomeId? Home, bool Generic, bool Unsettled);
