using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Routing;

/// <summary>
/// One thing that a router, a reader or the sweep wants done before it goes on: a call to a home or to an identifier,
/// or a look at rows. The grains' shell and the simulator carry the same steps out.
/// </summary>
public abstract class RouterStep
{
    private protected RouterStep()
    {
    }
}

/// <summary>A step with an answer.</summary>
/// <typeparam name="TReply">The answer's type.</typeparam>
public abstract class RouterStep<TReply> : RouterStep
{
    private protected RouterStep()
    {
    }

    /// <summary>The answer.</summary>
    [MaybeNull]
    public TReply Reply { get; set; }
}

/// <summary>
/// Look identifiers' pointers up: what is remembered of them, else their rows. Reply: one without a row is left out. A
/// stale answer is safe.
/// </summary>
/// <param name="identifiers">The identifiers.</param>
public sealed class FindPointersStep(IReadOnlyCollection<IdentifierKey> identifiers)
    : RouterStep<IReadOnlyDictionary<IdentifierKey, PointerView>>
{
    /// <summary>The identifiers.</summary>
    public IReadOnlyCollection<IdentifierKey> Identifiers { get; } = identifiers;
}

/// <summary>Remember what was heard of an identifier's pointer.</summary>
/// <param name="identifier">The identifier.</param>
/// <param name="view">What was heard.</param>
public sealed class LearnPointerStep(IdentifierKey identifier, PointerView view) : RouterStep
{
    /// <summary>The identifier.</summary>
    public IdentifierKey Identifier { get; } = identifier;

    /// <summary>What was heard.</summary>
    public PointerView View { get; } = view;
}

/// <summary>Remember where a home that was asked turned out to be, keeping what is known of the value.</summary>
/// <param name="identifiers">The identifiers it was asked for.</param>
/// <param name="home">The home that took the call.</param>
public sealed class LearnHomeStep(ImmutableArray<IdentifierKey> identifiers, HomeId home) : RouterStep
{
    /// <summary>The identifiers.</summary>
    public ImmutableArray<IdentifierKey> Identifiers { get; } = identifiers;

    /// <summary>The home.</summary>
    public HomeId Home { get; } = home;
}

/// <summary>An event that meets its earlier attempts at its smallest key.</summary>
/// <param name="Meeting">That key.</param>
/// <param name="Event">The event.</param>
/// <param name="Home">Where it would be sent.</param>
public readonly record struct Rendezvous(IdentifierKey Meeting, EventHash Event, HomeId Home);

/// <summary>
/// Ask where events were first sent when something inert was seen of them, and else send them to their homes. Reply:
/// the home of each, in order.
/// </summary>
/// <param name="meetings">The events.</param>
public sealed class MeetStep(ImmutableArray<Rendezvous> meetings) : RouterStep<ImmutableArray<HomeId>>
{
    /// <summary>The events.</summary>
    public ImmutableArray<Rendezvous> Meetings { get; } = meetings;
}

/// <summary>
/// Insert pointer rows of identifiers of which nothing is remembered. Reply: per row whether it was inserted; of one
/// that was not there may be a row, which its grain alone changes.
/// </summary>
/// <param name="rows">The rows, as their identifiers' grains would write them first.</param>
public sealed class RegisterStep(ImmutableArray<KeyValuePair<IdentifierKey, PointerChange>> rows)
    : RouterStep<ImmutableArray<bool>>
{
    /// <summary>The rows.</summary>
    public ImmutableArray<KeyValuePair<IdentifierKey, PointerChange>> Rows { get; } = rows;
}

/// <summary>Which identifiers something is remembered of. Reply: per identifier.</summary>
/// <param name="identifiers">The identifiers.</param>
public sealed class AreKnownStep(ImmutableArray<IdentifierKey> identifiers) : RouterStep<ImmutableArray<bool>>
{
    /// <summary>The identifiers.</summary>
    public ImmutableArray<IdentifierKey> Identifiers { get; } = identifiers;
}

/// <summary>Ask several identifiers' grains at once. Reply: each one's, in order.</summary>
/// <param name="requests">What each is asked.</param>
public sealed class JoinStep(ImmutableArray<JoinRequest> requests) : RouterStep<ImmutableArray<JoinReply>>
{
    /// <summary>What each is asked.</summary>
    public ImmutableArray<JoinRequest> Requests { get; } = requests;
}

/// <summary>
/// Repoint an identifier. Nobody need wait: a pointer that names a home that has moved leads on.
/// </summary>
/// <param name="identifier">The identifier.</param>
/// <param name="from">Where its pointer stands.</param>
/// <param name="to">Where it shall stand: a smaller home.</param>
public sealed class RepointStep(IdentifierKey identifier, HomeId from, HomeId to) : RouterStep
{
    /// <summary>The identifier.</summary>
    public IdentifierKey Identifier { get; } = identifier;

    /// <summary>Where its pointer stands.</summary>
    public HomeId From { get; } = from;

    /// <summary>Where it shall stand.</summary>
    public HomeId To { get; } = to;
}

/// <summary>
/// Tell an identifier's grain that homes were told of an epoch, or united for it. Reply: what is to be done next.
/// </summary>
/// <param name="identifier">The identifier.</param>
/// <param name="homes">The homes.</param>
/// <param name="epoch">The epoch.</param>
public sealed class HandledStep(IdentifierKey identifier, ImmutableArray<HomeId> homes, long epoch)
    : RouterStep<JoinReply>
{
    /// <summary>The identifier.</summary>
    public IdentifierKey Identifier { get; } = identifier;

    /// <summary>The homes.</summary>
    public ImmutableArray<HomeId> Homes { get; } = homes;

    /// <summary>The epoch.</summary>
    public long Epoch { get; } = epoch;
}

/// <summary>Ask an identifier's grain what is to be done.</summary>
/// <param name="identifier">The identifier.</param>
public sealed class ToDoStep(IdentifierKey identifier) : RouterStep<JoinReply>
{
    /// <summary>The identifier.</summary>
    public IdentifierKey Identifier { get; } = identifier;
}

/// <summary>Bring an identifier's grain an operator's decision that the value links, or its undoing.</summary>
/// <param name="identifier">The identifier.</param>
/// <param name="decision">The decision.</param>
public sealed class DecideValueStep(IdentifierKey identifier, LinkableDecision decision) : RouterStep<JoinReply>
{
    /// <summary>The identifier.</summary>
    public IdentifierKey Identifier { get; } = identifier;

    /// <summary>The decision.</summary>
    public LinkableDecision Decision { get; } = decision;
}

/// <summary>A call that a home takes only while its gate is open.</summary>
/// <typeparam name="TReply">The answer's type.</typeparam>
/// <param name="home">The home that is asked.</param>
public abstract class GatedStep<TReply>(HomeId home) : RouterStep<TReply>
    where TReply : IGated
{
    /// <summary>The home that is asked; set anew where it has moved.</summary>
    public HomeId Home { get; internal set; } = home;
}

/// <summary>Give events to a home.</summary>
/// <param name="home">The home.</param>
/// <param name="events">The events.</param>
public sealed class ApplyStep(HomeId home, ImmutableArray<RoutedEvent> events) : GatedStep<ApplyReply>(home)
{
    /// <summary>The events.</summary>
    public ImmutableArray<RoutedEvent> Events { get; } = events;
}

/// <summary>Give operators' decisions to a home.</summary>
/// <param name="home">The home.</param>
/// <param name="decisions">The decisions.</param>
public sealed class DecideStep(HomeId home, ImmutableArray<RoutedDecision> decisions) : GatedStep<DecideReply>(home)
{
    /// <summary>The decisions.</summary>
    public ImmutableArray<RoutedDecision> Decisions { get; } = decisions;
}

/// <summary>Take a home to a version of the policy. Reply: all that is open of it.</summary>
/// <param name="home">The home.</param>
/// <param name="version">The version.</param>
public sealed class AdoptStep(HomeId home, int version) : GatedStep<ConfirmReply>(home)
{
    /// <summary>The version.</summary>
    public int Version { get; } = version;
}

/// <summary>Give confirmations to a home.</summary>
/// <param name="home">The home.</param>
/// <param name="confirmations">What the pointers said.</param>
public sealed class ConfirmStep(HomeId home, ImmutableArray<JoinConfirmation> confirmations)
    : GatedStep<ConfirmReply>(home)
{
    /// <summary>What the pointers said.</summary>
    public ImmutableArray<JoinConfirmation> Confirmations { get; } = confirmations;
}

/// <summary>Ask a home what is open of some identifiers.</summary>
/// <param name="home">The home.</param>
/// <param name="identifiers">The identifiers; empty means all.</param>
public sealed class OpenJoinsStep(HomeId home, ImmutableArray<IdentifierKey> identifiers)
    : GatedStep<ConfirmReply>(home)
{
    /// <summary>The identifiers; empty means all.</summary>
    public ImmutableArray<IdentifierKey> Identifiers { get; } = identifiers;
}

/// <summary>Move a home into a smaller one, in its own turn. Reply: where its evidence is.</summary>
/// <param name="home">The home to move.</param>
/// <param name="winner">The smaller home.</param>
public sealed class MoveStep(HomeId home, HomeId winner) : RouterStep<HomeId>
{
    /// <summary>The home to move.</summary>
    public HomeId Home { get; } = home;

    /// <summary>The smaller home.</summary>
    public HomeId Winner { get; } = winner;
}

/// <summary>Ask a home for its profiles.</summary>
/// <param name="home">The home.</param>
public sealed class ReadStep(HomeId home) : RouterStep<HomeReading>
{
    /// <summary>The home.</summary>
    public HomeId Home { get; } = home;
}
