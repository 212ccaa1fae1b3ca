using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Streams;
using MartechGrains.Grains.Views;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Homes;

/// <summary>
/// The shell of a home: loads it, hands what it is asked to its <see cref="HomeProcess"/>, and withdraws its view when
/// it goes.
/// </summary>
[Reentrant]
[GrainType("profile")]
public sealed class ProfileGrain(
    HomeServices services,
    ProtocolGrains grains,
    LiveViews views,
    ChangePublisher changes,
    HomeSnapshots snapshots,
    ILogger<ProfileGrain> log) : Grain, IProfileGrain
{
    private HomeProcess? _process;

    private HomeProcess Process => _process ?? throw new InvalidOperationException("The home is not loaded.");

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var home = new HomeId(IdentifierKey.FromGuid(this.GetPrimaryKey()));
        var loader = new HomeLoader(services, snapshots);
        var loaded = await loader.LoadAsync(home, cancellationToken);
        await services.Writer.ReopenAsync(home, cancellationToken);
        _process = new HomeProcess(
            loaded, services, loader, new HomePeers(grains), views, changes, snapshots, DeactivateOnIdle, log);
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _process?.Withdraw();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<Immutable<ApplyReply>> Apply(Immutable<ImmutableArray<RoutedEvent>> events) =>
        Process.Ask(new ApplyOperation(events.Value));

    /// <inheritdoc/>
    public ValueTask<Immutable<DecideReply>> Decide(Immutable<ImmutableArray<RoutedDecision>> decisions) =>
        Process.Ask(new DecideOperation(decisions.Value));

    /// <inheritdoc/>
    public ValueTask<Immutable<ConfirmReply>> Adopt(int policyVersion) =>
        Process.Ask(new AdoptOperation(policyVersion));

    /// <inheritdoc/>
    public ValueTask<Immutable<ConfirmReply>> Confirm(
        Immutable<ImmutableArray<JoinConfirmation>> confirmations) =>
        Process.Ask(new ConfirmOperation(confirmations.Value));

    /// <inheritdoc/>
    public ValueTask<Immutable<ConfirmReply>> OpenJoins(Immutable<ImmutableArray<IdentifierKey>> identifiers) =>
        Process.Ask(new OpenJoinsOperation(identifiers.Value));

    /// <inheritdoc/>
    public ValueTask<Immutable<HomeId>> Move(Immutable<HomeId> winner) => Process.Ask(new MoveOperation(winner.Value));

    /// <inheritdoc/>
    public ValueTask<Immutable<AbsorbReply>> Absorb(Immutable<HomeId> loser, int head) =>
        Process.Ask(new AbsorbOperation(loser.Value, head));

    /// <inheritdoc/>
    public ValueTask<Immutable<AbsorbReply>> HasAbsorbed(Immutable<HomeId> loser, int head) =>
        Process.HasAbsorbed(loser.Value, head);

    /// <inheritdoc/>
    public ValueTask<Immutable<HomeReading>> Read() => Process.Read();
}
