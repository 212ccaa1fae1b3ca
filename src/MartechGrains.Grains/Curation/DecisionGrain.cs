using MartechGrains.Core.Curation;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Mailboxes;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Writing;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Curation;

/// <summary>
/// The shell of a decision: its row on disk first, then the homes. A crash in between leaves a row that says so, and a
/// sweep goes on with it. Writes of the row take turns in a mailbox; bringing it to its homes goes on beside them.
/// </summary>
[Reentrant]
[GrainType("decision")]
public sealed partial class DecisionGrain : Grain, IDecisionGrain
{
    /// <summary>Longest that a caller waits for a decision to reach its homes.</summary>
    public static readonly TimeSpan MaxPatience = TimeSpan.FromSeconds(20);

    /// <summary>Who undoes what cannot be kept.</summary>
    private const string Self = "martechgrains";

    private static readonly TimeSpan StayWhileBringing = TimeSpan.FromMinutes(10);
    private readonly ICurationReads _decisions;
    private readonly JournalWriter _writer;
    private readonly DecisionCodec _codec;
    private readonly TimeProvider _time;
    private readonly DecisionDelivery _delivery;
    private readonly DamagedHomes _damaged;
    private readonly ILogger<DecisionGrain> _log;
    private readonly Mailbox<DecisionOperation> _mailbox;
    private Task _bringing = Task.CompletedTask;
    private DecisionStatus? _status;
    private int _version;

    /// <summary>Made by the runtime.</summary>
    public DecisionGrain(
        ICurationReads decisions, JournalWriter writer, DecisionCodec codec, DecisionDelivery delivery,
        DamagedHomes damaged, TimeProvider time, ILogger<DecisionGrain> log)
    {
        (_decisions, _writer, _codec, _delivery, _damaged) = (decisions, writer, codec, delivery, damaged);
        (_time, _log) = (time, log);
        _mailbox = new Mailbox<DecisionOperation>(MailboxKind.Decision, Id, WriteAsync);
    }

    private DecisionId Id => DecisionId.FromGuid(this.GetPrimaryKey());

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await _decisions.ReadDecisionAsync(Id, cancellationToken) is not { } row) return;
        (_status, _version) = (new DecisionStatus(_codec.Decode(row), !row.Unfinished), row.Version);
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _mailbox.Close(new GrainReloadException($"Decision {Id} leaves memory: {reason.Description}"));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<DecisionReply> Make(OperatorDecision decision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var status = await ChangeAsync(
            known => known ?? new DecisionStatus(decision, IsFinished: false), cancellationToken);
        Bring();
        return new DecisionReply(
            status!.Decision.AsksTheSame(decision) ? DecisionOutcome.Kept : DecisionOutcome.IdTaken, status);
    }

    /// <inheritdoc/>
    public async ValueTask<DecisionReply> Undo(OperatorAct act, CancellationToken cancellationToken)
    {
        var status = await ChangeAsync(
            known => known is { Decision.Undone: null }
                ? new DecisionStatus(known.Decision with { Undone = act }, IsFinished: false)
                : known,
            cancellationToken);
        Bring();
        return new DecisionReply(status is null ? DecisionOutcome.NotFound : DecisionOutcome.Kept, status);
    }

    /// <inheritdoc/>
    public ValueTask<DecisionStatus?> Find(CancellationToken cancellationToken) => new(_status);

    /// <inheritdoc/>
    public async ValueTask<DecisionStatus?> Complete(TimeSpan patience, CancellationToken cancellationToken)
    {
        Bring();
        var longest = patience < MaxPatience ? patience : MaxPatience;
        if (longest > TimeSpan.Zero)
        {
            // Only the wait ends with the caller: what is on disk is to reach its homes.
            await _bringing.WaitAsync(longest, _time, cancellationToken).ConfigureAwait(
                ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
        return _status;
    }

    /// <summary>Brings the decision to its homes beside the calls that follow, unless that is under way.</summary>
    private void Bring()
    {
        if (_bringing.IsCompleted && _status is { IsFinished: false }) _bringing = BringAsync();
    }

    private async Task BringAsync()
    {
        try
        {
            while (_status is { IsFinished: false } status)
            {
                var brought = await BringAsync(status.Decision);
                await ChangeAsync(
                    known => known!.Decision.Undone == status.Decision.Undone
                        ? new DecisionStatus(brought, IsFinished: true)
                        // Undone meanwhile: the undone form is to be brought too.
                        : known,
                    CancellationToken.None);
            }
        }
        catch (HomeDamagedException damage)
        {
            // Told of once, and not by each sweep.
            _damaged.Note(damage);
        }
        catch (Exception error)
        {
            LogInterrupted(Id, error);
        }
    }

    private async Task<OperatorDecision> BringAsync(OperatorDecision decision)
    {
        DelayDeactivation(StayWhileBringing);
        try
        {
            var affected = await _delivery.BringAsync(decision, OnProgress, _mailbox.Ending);
            return decision with { Affected = affected };
        }
        catch (TooManyDecisionsException error)
        {
            // The value took others meanwhile, and will never take this one: it is not to be listed as in force.
            var now = _time.Now();
            return decision with { Undone = decision.Undone ?? new OperatorAct(Self, error.Message, now) };
        }
    }

    private void OnProgress(long affected)
    {
        DelayDeactivation(StayWhileBringing);
        if (_status is { } known)
            _status = known with { Decision = known.Decision with { Affected = affected } };
    }

    private async Task<DecisionStatus?> ChangeAsync(
        Func<DecisionStatus?, DecisionStatus?> change, CancellationToken cancellationToken) =>
        (await _mailbox.Ask(new DecisionOperation(change), cancellationToken)).Value;

    private async ValueTask WriteAsync(DecisionOperation operation)
    {
        try
        {
            var next = operation.Change(_status);
            if (next is not null && !ReferenceEquals(next, _status))
            {
                var row = _codec.Encode(next.Decision, _version + 1, unfinished: !next.IsFinished);
                var outcome = await _writer.WriteAsync(new DecisionWrite(row), CancellationToken.None);
                if (outcome.Status != WriteStatus.Committed)
                    throw new GrainReloadException(
                        $"Decision {row.Id} reloads: its write was {outcome.Status} {outcome.Error}.");
                (_status, _version) = (next, row.Version);
            }
        }
        catch (Exception error)
        {
            // Whatever happened, the row may not be what memory says.
            _mailbox.Close(error as GrainReloadException
                ?? new GrainReloadException($"Decision {Id} reloads: {error.Message}"));
            DeactivateOnIdle();
            throw;
        }
        operation.Complete(_status);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Decision {decision} could not be brought to all its homes; the next sweep goes on.")]
    private partial void LogInterrupted(DecisionId decision, Exception error);
}

/// <summary>A change of a decision's row; the answer is the decision as it stands on disk then.</summary>
/// <param name="change">What the change makes of the decision; what is the same is not written again.</param>
internal sealed class DecisionOperation(Func<DecisionStatus?, DecisionStatus?> change)
    : MailboxOperation<DecisionStatus?>
{
    public Func<DecisionStatus?, DecisionStatus?> Change { get; } = change;
}
