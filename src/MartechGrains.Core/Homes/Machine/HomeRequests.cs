using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>Journal events.</summary>
/// <param name="to">Who waits for the answer.</param>
/// <param name="events">The events.</param>
public sealed class ApplyMessage(IReplyTo<ApplyReply> to, ImmutableArray<RoutedEvent> events) : Message<ApplyReply>(to)
{
    /// <summary>The events.</summary>
    public ImmutableArray<RoutedEvent> Events { get; } = events;
}

/// <summary>Journal operators' decisions.</summary>
/// <param name="to">Who waits for the answer.</param>
/// <param name="decisions">The decisions.</param>
public sealed class DecideMessage(IReplyTo<DecideReply> to, ImmutableArray<RoutedDecision> decisions)
    : Message<DecideReply>(to)
{
    /// <summary>The decisions.</summary>
    public ImmutableArray<RoutedDecision> Decisions { get; } = decisions;
}

/// <summary>
/// Go on under a version of the identity policy, or a newer one; the answer is all that is open then.
/// </summary>
/// <param name="to">Who waits for the answer.</param>
/// <param name="version">The version.</param>
public sealed class AdoptMessage(IReplyTo<ConfirmReply> to, int version) : Message<ConfirmReply>(to)
{
    /// <summary>The version.</summary>
    public int Version { get; } = version;
}

/// <summary>Take what pointers answered.</summary>
/// <param name="to">Who waits for the answer.</param>
/// <param name="confirmations">What they said.</param>
public sealed class ConfirmMessage(IReplyTo<ConfirmReply> to, ImmutableArray<JoinConfirmation> confirmations)
    : Message<ConfirmReply>(to)
{
    /// <summary>What the pointers said.</summary>
    public ImmutableArray<JoinConfirmation> Confirmations { get; } = confirmations;
}

/// <summary>Tell what is open.</summary>
/// <param name="to">Who waits for the answer.</param>
/// <param name="identifiers">Of which identifiers; empty means all.</param>
public sealed class OpenJoinsMessage(IReplyTo<ConfirmReply> to, ImmutableArray<IdentifierKey> identifiers)
    : Message<ConfirmReply>(to)
{
    /// <summary>Of which identifiers; empty means all.</summary>
    public ImmutableArray<IdentifierKey> Identifiers { get; } = identifiers;
}

/// <summary>Move into a smaller home, or go on with that; the answer is where the evidence is.</summary>
/// <param name="to">Who waits for the answer.</param>
/// <param name="winner">The smaller home.</param>
public sealed class MoveMessage(IReplyTo<HomeId> to, HomeId winner) : Message<HomeId>(to)
{
    /// <summary>The smaller home.</summary>
    public HomeId Winner { get; } = winner;
}

/// <summary>Take in the evidence of a larger home.</summary>
/// <param name="to">Who waits for the answer.</param>
/// <param name="loser">The larger home.</param>
/// <param name="head">Its last row with evidence.</param>
public sealed class AbsorbMessage(IReplyTo<AbsorbReply> to, HomeId loser, int head) : Message<AbsorbReply>(to)
{
    /// <summary>The larger home.</summary>
    public HomeId Loser { get; } = loser;

    /// <summary>Its last row with evidence.</summary>
    public int Head { get; } = head;
}

/// <summary>Tell whether the evidence of a larger home is here.</summary>
/// <param name="to">Who waits for the answer.</param>
/// <param name="loser">The larger home.</param>
/// <param name="head">Its last row with evidence.</param>
public sealed class HasAbsorbedMessage(IReplyTo<AbsorbReply> to, HomeId loser, int head) : Message<AbsorbReply>(to)
{
    /// <summary>The larger home.</summary>
    public HomeId Loser { get; } = loser;

    /// <summary>Its last row with evidence.</summary>
    public int Head { get; } = head;
}

/// <summary>Show the profiles as they are on disk.</summary>
/// <param name="to">Who waits for the answer.</param>
public sealed class ReadMessage(IReplyTo<HomeReading> to) : Message<HomeReading>(to);
