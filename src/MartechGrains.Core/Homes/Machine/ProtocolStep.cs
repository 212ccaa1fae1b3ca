using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Homes.Machine;

/// <summary>
/// One thing that a protocol routine wants done before it goes on. Routines are iterators of steps: the grains' shell
/// and the simulator run the same ones and put the answer into the routine's <see cref="StepReply"/>.
/// </summary>
public abstract record ProtocolStep;

/// <summary>Ask several identifiers' grains at once. Reply: <see cref="JoinReply"/> each, in order.</summary>
/// <param name="Identifiers">The identifiers.</param>
/// <param name="Requests">The request to each.</param>
public sealed record JoinStep(
    ImmutableArray<IdentifierKey> Identifiers, ImmutableArray<JoinRequest> Requests) : ProtocolStep;

/// <summary>
/// Repoint an identifier. No reply, and nobody need wait: a pointer that names a home that has moved leads on.
/// </summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="From">Where its pointer stands.</param>
/// <param name="To">Where it shall stand: a smaller home.</param>
public sealed record RepointStep(IdentifierKey Identifier, HomeId From, HomeId To) : ProtocolStep;

/// <summary>
/// Tell an identifier's grain that homes were told of an epoch, or united for it. Reply: <see cref="JoinReply"/>, with
/// what is to be done next.
/// </summary>
/// <param name="Identifier">The identifier.</param>
/// <param name="Homes">The homes.</param>
/// <param name="Epoch">The epoch.</param>
public sealed record HandledStep(
    IdentifierKey Identifier, ImmutableArray<HomeId> Homes, long Epoch) : ProtocolStep;

/// <summary>Ask an identifier's grain what is to be done. Reply: <see cref="JoinReply"/>.</summary>
/// <param name="Identifier">The identifier.</param>
public sealed record ToDoStep(IdentifierKey Identifier) : ProtocolStep;

/// <summary>Give confirmations to a home. Reply: <see cref="ConfirmReply"/>.</summary>
/// <param name="Home">The home.</param>
/// <param name="Confirmations">What the pointers said.</param>
public sealed record ConfirmStep(HomeId Home, ImmutableArray<JoinConfirmation> Confirmations) : ProtocolStep;

/// <summary>Ask a home what is open of some identifiers. Reply: <see cref="ConfirmReply"/>.</summary>
/// <param name="Home">The home.</param>
/// <param name="Identifiers">The identifiers; empty means all.</param>
public sealed record OpenJoinsStep(HomeId Home, ImmutableArray<IdentifierKey> Identifiers) : ProtocolStep;

/// <summary>Move a home into a smaller one, in its own turn. Reply: <see cref="HomeId"/>, where it has moved.</summary>
/// <param name="Home">The home to move.</param>
/// <param name="Winner">The smaller home.</param>
public sealed record MoveStep(HomeId Home, HomeId Winner) : ProtocolStep;

/// <summary>
/// A loser asks a winner to absorb it. Reply: <see cref="AbsorbReply"/>, never <see cref="AbsorbedAnswer.No"/>.
/// </summary>
/// <param name="Winner">The winner.</param>
/// <param name="Loser">The loser.</param>
/// <param name="Head">The loser's head.</param>
public sealed record AbsorbStep(HomeId Winner, HomeId Loser, int Head) : ProtocolStep;

/// <summary>Answer the caller of the home that runs the routine; what follows it need not wait for. No reply.</summary>
/// <param name="Home">The answer.</param>
public sealed record AnswerStep(HomeId Home) : ProtocolStep;

/// <summary>
/// Append entries to the home that runs the routine and fold them. No reply; a failure ends the routine.
/// </summary>
/// <param name="Entries">The entries.</param>
public sealed record AppendStep(ImmutableArray<HomeEntry> Entries) : ProtocolStep;

/// <summary>Where the driver of a routine leaves the answer to the last step.</summary>
public sealed class StepReply
{
    /// <summary>The answer; its type is named at the step.</summary>
    public object? Value { get; set; }

    /// <summary>
    /// The present when it was left there, in milliseconds since 1970 UTC; only routines that append ask for it.
    /// </summary>
    public long Now { get; set; }

    /// <summary>The answer as <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidOperationException">The driver left something else.</exception>
    public T As<T>() => Value is T value
        ? value
        : throw new InvalidOperationException(
            $"The step was answered by {Value?.GetType().Name ?? "nothing"}, not {typeof(T).Name}.");
}
