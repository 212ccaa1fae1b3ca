using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Grains.Pointers;

/// <summary>Something an identifier was asked, waiting for its turn. The answer is how it stands then.</summary>
internal abstract class IdentifierOperation
{
    private readonly TaskCompletionSource<JoinReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<JoinReply> Reply => _reply.Task;

    /// <summary>Homes whose carriers it has to know.</summary>
    public virtual ImmutableArray<HomeId> Homes => [];

    /// <summary>Whether whoever asks goes on to do what is to be done, and so needs to be told of all of it.</summary>
    public virtual bool AsksForWork => true;

    /// <summary>What it makes of the state.</summary>
    /// <param name="state">The state; null without a row.</param>
    /// <param name="spilled">What was found in rows of their own of <see cref="Homes"/>.</param>
    public abstract PointerChange Decide(
        PointerState? state, IReadOnlyDictionary<HomeId, Carrier> spilled);

    public void Complete(JoinReply reply) => _reply.TrySetResult(reply);

    public void Fail(Exception error) => _reply.TrySetException(error);
}

internal sealed class JoinOperation(JoinRequest request) : IdentifierOperation
{
    public override ImmutableArray<HomeId> Homes => PointerRules.HomesOf(request);

    public override bool AsksForWork => false;

    public override PointerChange Decide(PointerState? state, IReadOnlyDictionary<HomeId, Carrier> spilled) =>
        PointerRules.Join(state, request, spilled);
}

internal sealed class RepointOperation(HomeId from, HomeId to) : IdentifierOperation
{
    public override bool AsksForWork => false;

    public override PointerChange Decide(PointerState? state, IReadOnlyDictionary<HomeId, Carrier> spilled) =>
        new(state is null ? null! : PointerRules.Repoint(state, from, to), []);
}

internal sealed class HandledOperation(ImmutableArray<HomeId> homes, long epoch) : IdentifierOperation
{
    public override ImmutableArray<HomeId> Homes => homes;

    public override PointerChange Decide(PointerState? state, IReadOnlyDictionary<HomeId, Carrier> spilled) =>
        state is null ? new PointerChange(null!, []) : PointerRules.Handled(state, homes, epoch, spilled);
}

internal sealed class ToDoOperation : IdentifierOperation
{
    public override PointerChange Decide(PointerState? state, IReadOnlyDictionary<HomeId, Carrier> spilled) =>
        new(state!, []);
}

internal sealed class DecideOperation(HomeId founder, LinkableDecision decision) : IdentifierOperation
{
    public override PointerChange Decide(PointerState? state, IReadOnlyDictionary<HomeId, Carrier> spilled) =>
        PointerRules.Decide(state, founder, decision);
}
