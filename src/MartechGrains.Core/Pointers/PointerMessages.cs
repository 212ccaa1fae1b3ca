using System.Collections.Immutable;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Pointers;

/// <summary>A home asks to be known at an identifier: as its home, as a carrier, with its neighbours.</summary>
/// <param name="Home">The asking home.</param>
/// <param name="Join">What it has open there.</param>
public sealed record JoinRequest(HomeId Home, OpenJoin Join);

/// <summary>Where an identifier points, and what its grain wants done.</summary>
/// <param name="Home">The home the pointer names.</param>
/// <param name="Epoch">How often it has changed whether the value links; homes journal it with the flag.</param>
/// <param name="Inert">Whether the value links nothing, as homes are told.</param>
/// <param name="Uniting">
/// The value is to link again: its carriers are being united, and until they have been it stays inert.
/// </param>
/// <param name="ToDo">
/// Homes to handle next, at most <see cref="PointerState.MaxToDo"/>: while <paramref name="Uniting"/>, to be united
/// with <paramref name="Home"/>; else to be told. Whoever gets them handles them before it acknowledges.
/// </param>
public sealed record JoinReply(HomeId Home, long Epoch, bool Inert, bool Uniting, ImmutableArray<HomeId> ToDo)
{
    /// <summary>Whether a home that carries the value must meet the pointer's home.</summary>
    public bool Unites => !Inert || Uniting;

    /// <summary>What a router remembers of it.</summary>
    public PointerView View => new(Home, Inert && !Uniting, !ToDo.IsEmpty);
}

/// <summary>What a router reads of one identifier's durable row.</summary>
/// <param name="Home">The home the row names; null without a row.</param>
/// <param name="Inert">Whether the value links nothing; one whose carriers are being united does.</param>
/// <param name="Unsettled">Whether homes remain to be told or united.</param>
public readonly record struct PointerView(HomeId? Home, bool Inert, bool Unsettled);
