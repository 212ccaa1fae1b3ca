using MartechGrains.Core.Curation;
using MartechGrains.Grains.Homes;
using MartechGrains.Journal.Contracts;
using Microsoft.Extensions.Logging;

namespace MartechGrains.Grains.Curation;

/// <summary>
/// The shell of a decision: its row on disk first, then the homes. A crash in between leaves a row that says so, and a
/// sweep goes on with it.
/// </summary>
[GrainType("decision")]
public sealed partial class DecisionGrain(
    HomeServices services, DecisionDelivery delivery, ILogger<DecisionGrain> log)
        : Grain, IDecisionGrain, IDisposable
{
    /// <summary>Longest that a caller waits for a decision to reach its homes.</summary>
    public static readonly TimeSpan MaxPatience = TimeSpan.FromSeconds(20);

    /// <summary>Who undoes what cannot be kept.</summary>
    private const string Self = "martechgrains";

    private static readonly TimeSpan StayWhileBringing = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _leaving = new();
    private Task _bringing = Task.CompletedTask;
    private DecisionStanding? _standing;
    private int _version;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var id = DecisionId.FromGuid(this.GetPrimaryKey());
        if (await services.Store.ReadDecisionAsync(id, cancellationToken) is not { } row) return;
        (_standing, _version) = (new DecisionStanding(services.Decisions.Decode(row), !row.Unfinished), row.Version);
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _leaving.CancelAsync();

    /// <inheritdoc/>
    public async ValueTask<DecisionReply> Make(OperatorDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (_standing is null) await WriteAsync(known => known ?? new DecisionStanding(decision, IsFinished: false));
        Bring();
        return new DecisionReply(
            _standing!.Decision.AsksTheSame(decision) ? DecisionOutcome.Kept : DecisionOutcome.IdTaken, _standing);
    }

    /// <inheritdoc/>
    public async ValueTask<DecisionReply> Undo(OperatorAct act)
    {
        if (_standing is null) return new DecisionReply(DecisionOutcome.NotFound, null);
        await WriteAsync(known => known!.Decision.Undone is null
            ? new DecisionStanding(known.Decision with { Undone = act }, IsFinished: false)
            : known);
        Bring();
        return new DecisionReply(DecisionOutcome.Kept, _standing);
    }

    /// <inheritdoc/>
    public ValueTask<DecisionStanding?> Find() => new(_standing);

    /// <inheritdoc/>
    public async ValueTask<DecisionStanding?> Settle(TimeSpan patience)
    {
        Bring();
        using var settled = new CancellationTokenSource();
        var longest = patience < MaxPatience ? patience : MaxPatience;
        if (longest > TimeSpan.Zero)
            await Task.WhenAny(_bringing, Task.Delay(longest, services.Time, settled.Token));
        await settled.CancelAsync();
        return _standing;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _writing.Dispose();
        _leaving.Dispose();
    }

    /// <summary>Brings the decision to its homes beside the calls that follow, unless that is under way.</summary>
    private void Bring()
    {
        if (_bringing.IsCompleted && _standing is { IsFinished: false }) _bringing = BringAsync();
    }

    private async Task BringAsync()
    {
        try
        {
            while (_standing is { IsFinished: false } standing)
            {
                var brought = await BringAsync(standing.Decision);
                await WriteAsync(known => known!.Decision.Undone == standing.Decision.Undone
                    ? new DecisionStanding(brought, IsFinished: true)
                    // Undone meanwhile: the undone form is to be brought too.
                    : known);
            }
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogInterrupted(DecisionId.FromGuid(this.GetPrimaryKey()), error);
        }
    }

    private async Task<OperatorDecision> BringAsync(OperatorDecision decision)
    {
        DelayDeactivation(StayWhileBringing);
        try
        {
            var affected = await delivery.BringAsync(decision, OnProgress, _leaving.Token);
            return decision with { Affected = affected };
        }
        catch (TooManyDecisionsException error)
        {
            // The value took others meanwhile, and will never take this one: it is not to be listed as in force.
            return decision with { Undone = decision.Undone ?? new OperatorAct(Self, error.Message, services.Now) };
        }
    }

    private void OnProgress(long affected)
    {
        DelayDeactivation(StayWhileBringing);
        if (_standing is { } known)
            _standing = known with { Decision = known.Decision with { Affected = affected } };
    }

    private async Task WriteAsync(Func<DecisionStanding?, DecisionStanding> change)
    {
        await _writing.WaitAsync();
        try
        {
            var next = change(_standing);
            if (ReferenceEquals(next, _standing)) return;
            var row = services.Decisions.Encode(next.Decision, _version + 1, unfinished: !next.IsFinished);
            var outcome = await services.Writer.WriteAsync(new DecisionWrite(row), CancellationToken.None);
            if (outcome.Status != WriteStatus.Committed)
                throw new GrainReloadException(
                    $"Decision {row.Id} reloads: its write was {outcome.Status} {outcome.Error}.");
            (_standing, _version) = (next, row.Version);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever happened, the row may not be what memory says.
            DeactivateOnIdle();
            throw;
        }
        finally
        {
            _writing.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Decision {decision} could not be brought to all its homes; the next sweep goes on.")]
    private partial void LogInterrupted(DecisionId decision, Exception error);
}
