using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Core.Protocol;

namespace MartechGrains.Simulation.Tests.Kernel;

internal enum AddressKind : byte
{
    Store,
    Identifier,
    Home,
}

/// <summary>Whom a request goes to.</summary>
internal readonly record struct Address(AddressKind Kind, IdentifierKey Key)
{
    public static Address Store => default;

    public static Address Of(HomeId home) => new(AddressKind.Home, home.Founder);

    public static Address Of(IdentifierKey key) => new(AddressKind.Identifier, key);
}

internal abstract record Request;

internal sealed record ApplyRequest(ImmutableArray<RoutedEvent> Events) : Request;

internal sealed record ConfirmRequest(ImmutableArray<JoinConfirmation> Confirmations) : Request;

/// <summary>Empty identifiers: all.</summary>
internal sealed record OpenJoinsRequest(ImmutableArray<IdentifierKey> Identifiers) : Request;

internal sealed record MoveRequest(HomeId Winner) : Request;

internal sealed record AbsorbRequest(HomeId Loser, int Head) : Request;

internal sealed record HasAbsorbedRequest(HomeId Loser, int Head) : Request;

/// <summary>A lookup by one identifier of an event, to see whether the answer counts the event.</summary>
internal sealed record ReadRequest(IdentifierKey Identifier, CanonicalEvent Probe) : Request;

internal sealed record JoinIdentifierRequest(JoinRequest Join) : Request;

internal sealed record RepointRequest(HomeId From, HomeId To) : Request;

internal sealed record NotifiedRequest(HomeId Home, long Epoch) : Request;

internal sealed record ReadRowRequest(IdentifierKey Identifier) : Request;

internal sealed record InsertRowRequest(IdentifierKey Identifier, IdentifierState Row) : Request;

internal sealed record MeetRequest(IdentifierKey Identifier, EventHash Event, HomeId Home) : Request;

/// <summary>A row as a router or reader sees it; null without a row.</summary>
internal sealed record RowReply(IdentifierState? Row);

/// <summary>Answer to a lookup.</summary>
/// <param name="Gate">Where to ask instead.</param>
/// <param name="Recovering">Joins are open from before the home was loaded: drive them, then ask again.</param>
/// <param name="Counts">The event is among the home's evidence.</param>
/// <param name="Unconfirmed">Identifiers of the event that the view does not link yet.</param>
internal sealed record ReadReply(
    Gate Gate, bool Recovering, bool Counts, ImmutableArray<IdentifierKey> Unconfirmed);

internal sealed record Done
{
    public static readonly Done Instance = new();
}
