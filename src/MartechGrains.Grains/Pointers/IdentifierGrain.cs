using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Grains.Mailboxes;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Pointers;

/// <summary>
/// The shell of an identifier's pointer: makes messages of calls, and has their effects carried out by its
/// <see cref="PointerExecutor"/>.
/// </summary>
[Reentrant]
[GrainType("identifier")]
[CollectionAgeLimit(Minutes = 2)]
public sealed class IdentifierGrain(PointerEnvironment environment) : Grain, IIdentifierGrain
{
    private PointerExecutor? _executor;

    private PointerExecutor Executor => _executor ?? throw new InvalidOperationException("The row is not loaded.");

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = IdentifierKey.FromGuid(this.GetPrimaryKey());
        var executor = new PointerExecutor(key, environment, DeactivateOnIdle);
        await executor.ActivateAsync(cancellationToken);
        _executor = executor;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _executor?.Close(new GrainReloadException($"Identifier {this.GetPrimaryKey():N} ends: {reason.Description}"));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<Immutable<JoinReply>> Join(Immutable<JoinRequest> request, CancellationToken cancellationToken) =>
        Executor.Ask(
            MachineCall<JoinReply>.Of(static (to, request) => new JoinMessage(to, request), request.Value),
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask Repoint(
        Immutable<HomeId> from, Immutable<HomeId> to, CancellationToken cancellationToken) => await Executor.Ask(
        MachineCall<JoinReply>.Of(
            static (caller, move) => new RepointMessage(caller, move.From, move.To), (From: from.Value, To: to.Value)),
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Immutable<JoinReply>> Handled(
        Immutable<ImmutableArray<HomeId>> homes, long epoch, CancellationToken cancellationToken) =>
        Executor.Ask(
            MachineCall<JoinReply>.Of(
                static (to, handled) => new HandledMessage(to, handled.Value, handled.epoch), (homes.Value, epoch)),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Immutable<JoinReply>> ToDo(CancellationToken cancellationToken) =>
        Executor.Ask(MachineCall<JoinReply>.Of(static (to, _) => new ToDoMessage(to), 0), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Immutable<JoinReply>> Decide(
        Immutable<HomeId> founder, Immutable<LinkableDecision> decision, CancellationToken cancellationToken)
    {
        Executor.Check(decision.Value);
        return Executor.Ask(
            MachineCall<JoinReply>.Of(
                static (to, made) => new DecideValueMessage(to, made.Founder, made.Decision),
                (Founder: founder.Value, Decision: decision.Value)),
            cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<Immutable<ValueStatus?>> Read(CancellationToken cancellationToken) =>
        new(Executor.Status.AsImmutable());
}
