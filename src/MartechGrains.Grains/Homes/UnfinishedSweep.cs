using MartechGrains.Core.Profiles;
using MartechGrains.Core.Protocol;
using MartechGrains.Grains.Contracts;
using MartechGrains.Grains.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Homes;

/// <summary>
/// Finishes what crashes left: homes on their way and open joins, which are rows of the store. It sweeps at the start
/// and then by turns, so that nobody need call a forgotten home for its people to meet (rule H9).
/// </summary>
public sealed partial class UnfinishedSweep(
    HomeServices services, ProtocolGrains grains, ProtocolDriver driver, ILogger<UnfinishedSweep> log)
        : BackgroundService
{
    /// <summary>Homes read at once.</summary>
    public const int PageSize = 256;

    /// <summary>Time between two sweeps.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>Sweeps once; returns how many homes were finished.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
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

    private async Task<bool> FinishAsync(HomeId home)
    {
        try
        {
            var reply = (await grains.Home(home).OpenJoins(
                System.Collections.Immutable.ImmutableArray<Core.Identity.IdentifierKey>.Empty.AsImmutable())).Value;
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
        Message = "Home {home} could not be finished; the next sweep tries again.")]
    private partial void LogHomeFailed(HomeId home, Exception error);
}
