using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Homes;

/// <summary>Something a home was asked, waiting for its turn.</summary>
internal abstract class HomeOperation
{
    /// <summary>Most entries it writes, if it may share an append with others; else null.</summary>
    public virtual int? MostEntries => null;

    public abstract void Fail(Exception error);
}

/// <summary>
/// An operation with its answer. Completed on the home's scheduler, where only the runtime awaits it: the answer goes
/// out at once, and nothing of the home runs meanwhile.
/// </summary>
internal abstract class HomeOperation<TReply> : HomeOperation
{
    private readonly TaskCompletionSource<Immutable<TReply>> _reply = new();

    public ValueTask<Immutable<TReply>> Reply => new(_reply.Task);

    public void Complete(TReply reply) => _reply.TrySetResult(reply.AsImmutable());

    public override void Fail(Exception error) => _reply.TrySetException(error);
}

internal sealed class ApplyOperation(ImmutableArray<RoutedEvent> events) : HomeOperation<ApplyReply>
{
    private const int MostAdopted = 1; // The home may adopt a newer policy first.

    public override int? MostEntries => Events.Length + MostAdopted;

    public ImmutableArray<RoutedEvent> Events { get; } = events;
}

internal sealed class DecideOperation(ImmutableArray<RoutedDecision> decisions) : HomeOperation<DecideReply>
{
    public ImmutableArray<RoutedDecision> Decisions { get; } = decisions;
}

internal sealed class AdoptOperation(int policyVersion) : HomeOperation<ConfirmReply>
{
    public int PolicyVersion { get; } = policyVersion;
}

internal sealed class ConfirmOperation(ImmutableArray<JoinConfirmation> confirmations) : HomeOperation<ConfirmReply>
{
    public override int? MostEntries => 1;

    public ImmutableArray<JoinConfirmation> Confirmations { get; } = confirmations;
}

internal sealed class OpenJoinsOperation(ImmutableArray<IdentifierKey> identifiers) : HomeOperation<ConfirmReply>
{
    public override int? MostEntries => 0;

    public ImmutableArray<IdentifierKey> Identifiers { get; } = identifiers;
}

internal sealed class MoveOperation(HomeId winner) : HomeOperation<HomeId>
{
    public HomeId Winner { get; } = winner;
}

internal sealed class AbsorbOperation(HomeId loser, int head) : HomeOperation<AbsorbReply>
{
    public HomeId Loser { get; } = loser;

    public int Head { get; } = head;
}

/// <summary>A read that found entries under way: it waits for their commit.</summary>
internal sealed class ReadOperation : HomeOperation<HomeReading>;

internal sealed class HasAbsorbedOperation(HomeId loser, int head) : HomeOperation<AbsorbReply>
{
    public HomeId Loser { get; } = loser;

    public int Head { get; } = head;
}
