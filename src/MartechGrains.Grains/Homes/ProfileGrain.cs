using System.Collections.Immutable;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Mailboxes;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Homes;

/// <summary>
/// The shell of a home: makes messages of calls, and has their effects carried out by its
/// <see cref="HomeExecutor"/>.
/// </summary>
[Reentrant]
[GrainType("profile")]
public sealed class ProfileGrain(HomeEnvironment environment, ILogger<ProfileGrain> log) : Grain, IProfileGrain
{
    /// <summary>
    /// How long a damaged home is not read again: whoever asks meanwhile is told what was found, at no cost.
    /// </summary>
    public static readonly TimeSpan DamagePause = TimeSpan.FromSeconds(10);

    private HomeExecutor? _executor;
    private HomeDamagedException? _damage;
    private IngestTime _damageFoundAt;

    private HomeExecutor Executor => _executor ?? throw Unloaded();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var home = new HomeId(IdentifierKey.FromGuid(this.GetPrimaryKey()));
        var executor = new HomeExecutor(home, environment, DeactivateOnIdle, log);
        try
        {
            await executor.ActivateAsync(cancellationToken);
            _executor = executor;
            environment.Damaged.NoteWhole(home);
        }
        catch (HomeDamagedException damage)
        {
            // It stays, to tell so: an activation that fails would be tried anew, and logged, by each who asks.
            (_damage, _damageFoundAt) = (damage, environment.Now);
            environment.Damaged.Note(damage);
        }
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _executor?.Close(new GrainReloadException($"Home {this.GetPrimaryKey():N} ends: {reason.Description}"));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<Immutable<ApplyReply>> Apply(
        Immutable<ImmutableArray<RoutedEvent>> events, CancellationToken cancellationToken) =>
        Executor.Ask(
            MachineCall<ApplyReply>.Of(static (to, events) => new ApplyMessage(to, events), events.Value),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Immutable<DecideReply>> Decide(
        Immutable<ImmutableArray<RoutedDecision>> decisions, CancellationToken cancellationToken) =>
        Executor.Ask(
            MachineCall<DecideReply>.Of(static (to, decisions) => new DecideMessage(to, decisions), decisions.Value),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Immutable<ConfirmReply>> Adopt(int policyVersion, CancellationToken cancellationToken) =>
        Executor.Ask(
            MachineCall<ConfirmReply>.Of(static (to, version) => new AdoptMessage(to, version), policyVersion),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Immutable<ConfirmReply>> Confirm(
        Immutable<ImmutableArray<JoinConfirmation>> confirmations, CancellationToken cancellationToken) =>
        Executor.Ask(
            MachineCall<ConfirmReply>.Of(static (to, said) => new ConfirmMessage(to, said), confirmations.Value),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Immutable<ConfirmReply>> OpenJoins(
        Immutable<ImmutableArray<IdentifierKey>> identifiers, CancellationToken cancellationToken) =>
        Executor.Ask(
            MachineCall<ConfirmReply>.Of(static (to, keys) => new OpenJoinsMessage(to, keys), identifiers.Value),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Immutable<HomeId>> Move(Immutable<HomeId> winner, CancellationToken cancellationToken) =>
        Executor.Ask(
            MachineCall<HomeId>.Of(static (to, winner) => new MoveMessage(to, winner), winner.Value),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Immutable<AbsorbReply>> Absorb(
        Immutable<HomeId> loser, int head, CancellationToken cancellationToken) =>
        Executor.Ask(
            MachineCall<AbsorbReply>.Of(
                static (to, loser) => new AbsorbMessage(to, loser.Value, loser.head), (loser.Value, head)),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Immutable<AbsorbReply>> HasAbsorbed(
        Immutable<HomeId> loser, int head, CancellationToken cancellationToken) =>
        Executor.Ask(
            MachineCall<AbsorbReply>.Of(
                static (to, loser) => new HasAbsorbedMessage(to, loser.Value, loser.head), (loser.Value, head)),
            cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Immutable<HomeReading>> Read(CancellationToken cancellationToken) =>
        Executor.Read(cancellationToken);

    private Exception Unloaded()
    {
        if (_damage is null) return new InvalidOperationException("The home is not loaded.");
        if (environment.Now.Milliseconds - _damageFoundAt.Milliseconds > DamagePause.TotalMilliseconds)
            DeactivateOnIdle();
        return new HomeDamagedException(_damage.Home, _damage.Row, _damage.InnerException);
    }
}
