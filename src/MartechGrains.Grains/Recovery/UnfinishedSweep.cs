using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Routing;
using MartechGrains.Grains.Adoption;
using MartechGrains.Grains.Curation;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Routing;
using MartechGrains.Journal.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MartechGrains.Grains.Recovery;

/// <summary>
/// Finishes what crashes left: homes on their way, open joins, values whose carriers remain to be told or united, and
/// decisions that have not reached all homes, which are rows of the store; and a change of the identity policy. It
/// sweeps at the start and then by turns, so that nobody need call a forgotten home for its people to meet (rule H9).
/// </summary>
public sealed partial class UnfinishedSweep(
    IJournalReads journals, IPointerReads pointers, ICurationReads decisions, IGrainFactory factory,
    RouterExecutor executor, DamagedHomes damaged, TimeProvider time, ILogger<UnfinishedSweep> log)
        : BackgroundService
{
    /// <summary>Homes read at once.</summary>
    public const int PageSize = 256;

    /// <summary>Most rounds over the carriers of one value in one sweep; the next one goes on.</summary>
    public const int RoundsPerValue = 1024;

    /// <summary>
    /// Longest wait for one decision before the next one is gone on with too: so most of them run one at a time.
    /// </summary>
    public static readonly TimeSpan PatienceForDecision = TimeSpan.FromSeconds(5);

    /// <summary>Time between two sweeps.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private int _leftOut;
    private int _toldLeftOut;

    /// <summary>
    /// Sweeps once; returns how many homes, values and decisions were finished. Each part is by itself: one that fails
    /// is logged, and the others go on. What leads to damaged homes is left out, and told of when there is more of it
    /// than before.
    /// </summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        _leftOut = 0;
        var finished = await SweepPartAsync("the identity policy", ResumePolicyAsync, cancellationToken)
            + await SweepPartAsync("homes", SweepHomesAsync, cancellationToken)
            + await SweepPartAsync("values", SweepValuesAsync, cancellationToken)
            + await SweepPartAsync("decisions", SweepDecisionsAsync, cancellationToken);
        if (_leftOut > _toldLeftOut) damaged.TellLeftOut("The sweep over what is unfinished", _leftOut);
        _toldLeftOut = _leftOut;
        return finished;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do await SweepAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> SweepPartAsync(
        string part, Func<CancellationToken, Task<int>> sweep, CancellationToken cancellationToken)
    {
        try
        {
            return await sweep(cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            LogPartFailed(part, error);
            return 0;
        }
    }

    private async Task<int> ResumePolicyAsync(CancellationToken cancellationToken)
    {
        await factory.GetGrain<IIdentityPolicyGrain>(IIdentityPolicyGrain.Key).Resume(cancellationToken);
        return 0;
    }

    private Task<int> SweepHomesAsync(CancellationToken cancellationToken)
    {
        HomeId? after = null;
        return SweepAsync(
            () => journals.ReadUnfinishedHomesAsync(after, PageSize, cancellationToken),
            async home =>
            {
                after = home;
                await executor.RunAsync(CompleteHomeRoutine.Of(home), cancellationToken);
                return true;
            },
            LogHomeFailed, cancellationToken);
    }

    private Task<int> SweepValuesAsync(CancellationToken cancellationToken)
    {
        IdentifierKey? after = null;
        return SweepAsync(
            () => pointers.ReadFlaggedPointersAsync(PointerFlags.Unsettled, after, PageSize, cancellationToken),
            async row =>
            {
                after = row.Identifier;
                var complete = new CompleteValueRoutine(row.Identifier, null, RoundsPerValue);
                return (await executor.RunAsync(complete, cancellationToken)).ToDo.IsEmpty;
            },
            (row, error) => LogValueFailed(row.Identifier, error), cancellationToken);
    }

    private Task<int> SweepDecisionsAsync(CancellationToken cancellationToken)
    {
        DecisionId? after = null;
        return SweepAsync(
            () => decisions.ReadUnfinishedDecisionsAsync(after, PageSize, cancellationToken),
            async row =>
            {
                after = row.Id;
                var decision = factory.GetGrain<IDecisionGrain>(row.Id.ToGuid());
                return await decision.Complete(PatienceForDecision, cancellationToken) is { IsFinished: true };
            },
            (row, error) => LogDecisionFailed(row.Id, error), cancellationToken);
    }

    /// <summary>Goes through pages until one is empty; what fails is logged, and left to the next sweep.</summary>
    private async Task<int> SweepAsync<TRow>(
        Func<Task<IReadOnlyList<TRow>>> readPage, Func<TRow, Task<bool>> finish, Action<TRow, Exception> logFailed,
        CancellationToken cancellationToken)
    {
        var finished = 0;
        while (await readPage() is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    if (await finish(row)) finished++;
                }
                catch (HomeDamagedException damage)
                {
                    damaged.Note(damage);
                    _leftOut++;
                }
                catch (Exception error) when (!cancellationToken.IsCancellationRequested)
                {
                    // A cancellation too: it is that of a grain which could not begin in time.
                    logFailed(row, error);
                }
            }
        }
        return finished;
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "A sweep over what is unfinished failed at {part}; the next one begins anew.")]
    private partial void LogPartFailed(string part, Exception error);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Those who carry the value {value} could not all be told; the next sweep tries again.")]
    private partial void LogValueFailed(IdentifierKey value, Exception error);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Decision {decision} could not be gone on with; the next sweep tries again.")]
    private partial void LogDecisionFailed(DecisionId decision, Exception error);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Home {home} could not be finished; the next sweep tries again.")]
    private partial void LogHomeFailed(HomeId home, Exception error);
}
