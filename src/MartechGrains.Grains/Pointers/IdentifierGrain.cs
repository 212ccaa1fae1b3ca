using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Grains.Homes;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Pointers;

/// <summary>The shell of an identifier: loads its row and hands what it is asked to its process.</summary>
[Reentrant]
[GrainType("identifier")]
[CollectionAgeLimit(Minutes = 2)]
public sealed class IdentifierGrain(HomeServices services) : Grain, IIdentifierGrain
{
    private IdentifierProcess? _process;

    private IdentifierProcess Process => _process ?? throw new InvalidOperationException("The row is not loaded.");

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = IdentifierKey.FromGuid(this.GetPrimaryKey());
        var rows = await services.Reads.ReadPointersAsync([key], cancellationToken);
        var state = rows.TryGetValue(key, out var row) ? services.Pointers.Decode(row) : null;
        _process = new IdentifierProcess(key, state, services, DeactivateOnIdle);
    }

    /// <inheritdoc/>
    public async ValueTask<Immutable<JoinReply>> Join(Immutable<JoinRequest> request) =>
        (await Process.Ask(new JoinOperation(request.Value))).AsImmutable();

    /// <inheritdoc/>
    public async ValueTask Repoint(Immutable<HomeId> from, Immutable<HomeId> to) =>
        await Process.Ask(new RepointOperation(from.Value, to.Value));

    /// <inheritdoc/>
    public async ValueTask<Immutable<JoinReply>> Handled(Immutable<ImmutableArray<HomeId>> homes, long epoch) =>
        (await Process.Ask(new HandledOperation(homes.Value, epoch))).AsImmutable();

    /// <inheritdoc/>
    public async ValueTask<Immutable<JoinReply>> ToDo() => (await Process.Ask(new ToDoOperation())).AsImmutable();

    /// <inheritdoc/>
    public async ValueTask<Immutable<JoinReply>> Decide(
        Immutable<HomeId> founder, Immutable<LinkableDecision> decision)
    {
        if (Process.State is { } state && PointerRules.IsFull(state, decision.Value))
            throw new TooManyDecisionsException(state.Decisions.Count);
        return (await Process.Ask(new DecideOperation(founder.Value, decision.Value))).AsImmutable();
    }

    /// <inheritdoc/>
    public ValueTask<Immutable<ValueStatus?>> Read() => new((Process.State is { } state
        ? new ValueStatus(
            state.Home, state.Inert, state.IsUnsettled, state.OverThreshold, state.Rule, state.Live,
            [.. state.Decisions.Values])
        : null).AsImmutable());
}
