using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Core.Protocol;
using MartechGrains.Grains.Contracts;
using MartechGrains.Grains.Decisions;
using MartechGrains.Grains.Policies;
using MartechGrains.Grains.Routing;
using MartechGrains.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Homes;

/// <summary>
/// Finishes what crashes left: homes on their way, open joins, values whose carriers remain to be told or united, and
/// decisions that have not reached all homes, which are rows of the store; and a change of the identity policy. It
/// sweeps at the start and then by turns, so that nobody need call a forgotten home for its people to meet (rule H9).
/// </summary>
public sealed partial class UnfinishedSweep(
    HomeServices services, IGrainFactory factory, ProtocolGrains grains, ProtocolDriver driver,
    ILogger<UnfinishedSweep> log)
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

    /// <summary>Sweeps once; returns how many homes, values and decisions were finished.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await factory.GetGrain<IIdentityPolicyGrain>(IIdentityPolicyGrain.Key).Resume();
        return await SweepHomesAsync(cancellationToken) + await SweepValuesAsync(cancellationToken)
            + await SweepDecisionsAsync(cancellationToken);
    }

    private async Task<int> SweepHomesAsync(CancellationToken cancellationToken)
    {
        var finished = 0;
        HomeId? after = null;
        while (true)
        {
            var page = await services.Store.ReadUnfinishedHomesAsync(after, PageSize, cancellationToken);
            if (page.Count == 0) return finished;
            foreach (var home in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await FinishAsync(home)) finished++;
            }
            after = page[^1];
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, services.Time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogSweepFailed(error);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> SweepValuesAsync(CancellationToken cancellationToken)
    {
        var settled = 0;
        IdentifierKey? after = null;
        while (true)
        {
            var page = await services.Store.ReadFlaggedPointersAsync(
                PointerFlags.Unsettled, after, PageSize, cancellationToken);
            if (page.Count == 0) return settled;
            foreach (var row in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await SettleAsync(row.Identifier)) settled++;
            }
            after = page[^1].Identifier;
        }
    }

    private async Task<bool> SettleAsync(IdentifierKey value)
    {
        try
        {
            return (await driver.SettleAsync(value, RoundsPerValue)).ToDo.IsEmpty;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogValueFailed(value, error);
            return false;
        }
    }

    private async Task<int> SweepDecisionsAsync(CancellationToken cancellationToken)
    {
        var finished = 0;
        DecisionId? after = null;
        while (true)
        {
            var page = await services.Store.ReadUnfinishedDecisionsAsync(after, PageSize, cancellationToken);
            if (page.Count == 0) return finished;
            foreach (var row in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (await FinishAsync(row.Id)) finished++;
            }
            after = page[^1].Id;
        }
    }

    private async Task<bool> FinishAsync(DecisionId decision)
    {
        try
        {
            return await factory.GetGrain<IDecisionGrain>(decision.ToGuid()).Settle(PatienceForDecision)
                is { IsFinished: true };
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogDecisionFailed(decision, error);
            return false;
        }
    }

    private async Task<bool> FinishAsync(HomeId home)
    {
        try
        {
            var reply = (await grains.Home(home).OpenJoins(
                ImmutableArray<IdentifierKey>.Empty.AsImmutable())).Value;
            if (reply.Gate.Standing == HomeStanding.Moving) await driver.MoveAsync(home, reply.Gate.Target);
            else if (reply.Gate.IsOpen && !reply.Open.IsEmpty) await driver.JoinAsync(home, reply.Open);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            LogHomeFailed(home, error);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "A sweep over unfinished homes failed; the next one begins anew.")]
    private partial void LogSweepFailed(Exception error);

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
