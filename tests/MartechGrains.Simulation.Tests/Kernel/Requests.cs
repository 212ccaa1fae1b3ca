using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Pointers;

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

internal sealed record DecideRequest(RoutedDecision Decision) : Request;

/// <summary>A new version of the policy; the answer is all that is open then.</summary>
internal sealed record AdoptRequest : Request;

internal sealed record MoveRequest(HomeId Winner) : Request;

internal sealed record AbsorbRequest(HomeId Loser, int Head) : Request;

internal sealed record HasAbsorbedRequest(HomeId Loser, int Head) : Request;

/// <summary>A lookup by one identifier, to see whether the answer counts an event, and who is in the profile.</summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Probe">The event; null where only the profile is asked for.</param>
internal sealed record ReadRequest(IdentifierKey Identifier, CanonicalEvent? Probe) : Request;

internal sealed record JoinIdentifierRequest(JoinRequest Join) : Request;

internal sealed record RepointRequest(HomeId From, HomeId To) : Request;

internal sealed record HandledRequest(ImmutableArray<HomeId> Homes, long Epoch) : Request;

internal sealed record ToDoRequest : Request;

internal sealed record DecideValueRequest(HomeId Founder, LinkableDecision Decision) : Request;

internal sealed record ReadRowRequest(IdentifierKey Identifier) : Request;

internal sealed record InsertRowRequest(IdentifierKey Identifier, PointerState Row) : Request;

internal sealed record MeetRequest(IdentifierKey Identifier, EventHash Event, HomeId Home) : Request;

/// <summary>A row as a router or reader sees it; null without a row.</summary>
internal sealed record RowReply(PointerState? Row);

/// <summary>Answer to a lookup.</summary>
/// <param name="Gate">Where to ask instead.</param>
/// <param name="Recovering">Joins are open from before the home was loaded: drive them, then ask again.</param>
/// <param name="Holds">The event is among the home's evidence, and not retracted.</param>
/// <param name="Counts">It counts for the profile.</param>
/// <param name="Unconfirmed">Identifiers of the event that the view does not link yet.</param>
/// <param name="Profile">The profile; null for none.</param>
/// <param name="IsLinkable">Whether the identifier links in the view.</param>
internal sealed record ReadReply(
    Gate Gate, bool Recovering, bool Holds, bool Counts, ImmutableArray<IdentifierKey> Unconfirmed,
    ResolvedProfile? Profile, bool IsLinkable)
{
    public static ReadReply Elsewhere(Gate gate) => new(gate, false, false, false, [], null, false);

    public static ReadReply NotYet { get; } = new(Gate.Open, true, false, false, [], null, false);
}

internal sealed record Done
{
    public static readonly Done Instance = new();
}
