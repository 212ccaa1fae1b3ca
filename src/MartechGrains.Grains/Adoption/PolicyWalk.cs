using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Routing;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Routing;
using MartechGrains.Journal.Contracts;
using Microsoft.Extensions.Logging;

namespace MartechGrains.Grains.Adoption;

/// <summary>
/// Takes homes over to a version of the identity policy, page by page. A pass counts if every silo that there is at its
/// end knew the version from its beginning: then no home can have begun under an older one behind it. One for each
/// activation of the policy's grain.
/// </summary>
public sealed partial class PolicyWalk(
    IJournalReads journals, RouterExecutor executor, IGrainFactory grains, PolicyNoticeClient notices,
    DamagedHomes damaged, TimeProvider time, ILogger<PolicyWalk> log)
{
    /// <summary>Homes of one page.</summary>
    public const int PageSize = 256;

    /// <summary>Homes that are visited at a time.</summary>
    public const int MaxAtATime = 16;

    /// <summary>Time before a second pass, where the first did not reach all; before each further one so much more.
    /// </summary>
    public static readonly TimeSpan BetweenPasses = TimeSpan.FromSeconds(1);

    /// <summary>Longest time between two passes. There is no last pass: who is not reached keeps the old policy.
    /// </summary>
    public static readonly TimeSpan MaxBetweenPasses = TimeSpan.FromMinutes(1);

    private readonly Dictionary<int, ImmutableHashSet<SiloAddress>> _told = [];

    /// <summary>Goes one page on.</summary>
    /// <param name="change">How far it has come.</param>
    /// <param name="cancellationToken">Gives up; homes that are being visited may still go over.</param>
    /// <returns>How far it has come then.</returns>
    public async Task<PolicyChange> StepAsync(PolicyChange change, CancellationToken cancellationToken)
    {
        if (change.After is null) _told[change.Version] = await TellSilosAsync(change.Version, cancellationToken);
        var page = await journals.ReadHomesAsync(change.After, PageSize, cancellationToken);
        if (page.Count == 0) return await EndPassAsync(change, cancellationToken);
        using var places = new SemaphoreSlim(MaxAtATime);
        var visits = await Task.WhenAll(page.Select(async home =>
        {
            await places.WaitAsync(cancellationToken);
            try
            {
                return await VisitAsync(home, change.Version, cancellationToken);
            }
            finally
            {
                places.Release();
            }
        }));
        return change with
        {
            After = page[^1],
            Visited = change.Visited + page.Count,
            Failed = change.Failed + visits.Count(static visit => visit == Visit.Failed),
            Damaged = change.Damaged + visits.Count(static visit => visit == Visit.Damaged),
        };
    }

    private async Task<PolicyChange> EndPassAsync(PolicyChange change, CancellationToken cancellationToken)
    {
        // After a crash nobody knows who was told when the pass began.
        var told = _told.GetValueOrDefault(change.Version, []);
        if (change.Failed == 0 && (await SilosAsync()).All(told.Contains))
        {
            _told.Remove(change.Version);
            // They take it up when they are read again, as all homes do.
            damaged.TellLeftOut($"Version {change.Version} of the identity policy", change.Damaged);
            return change with { FinishedAt = time.Now() };
        }
        var pause = BetweenPasses * change.Pass;
        await Task.Delay(pause < MaxBetweenPasses ? pause : MaxBetweenPasses, time, cancellationToken);
        return change with { Pass = change.Pass + 1, After = null, Visited = 0, Failed = 0, Damaged = 0 };
    }

    /// <summary>Tells all silos of the version; answers with those that know it.</summary>
    private async Task<ImmutableHashSet<SiloAddress>> TellSilosAsync(
        int version, CancellationToken cancellationToken)
    {
        var told = ImmutableHashSet.CreateBuilder<SiloAddress>();
        foreach (var silo in await SilosAsync())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await notices.LearnAsync(silo, version, cancellationToken);
                told.Add(silo);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                LogSiloFailed(silo, version, error);
            }
        }
        return told.ToImmutable();
    }

    private async Task<IEnumerable<SiloAddress>> SilosAsync()
    {
        var hosts = await grains.GetGrain<IManagementGrain>(0).GetHosts();
        return hosts.Where(static host => host.Value is SiloStatus.Active or SiloStatus.Joining)
            .Select(static host => host.Key);
    }

    private async Task<Visit> VisitAsync(HomeId home, int version, CancellationToken cancellationToken)
    {
        try
        {
            // One that has moved is a part of another, which is visited itself.
            await executor.RunAsync(
                new CompleteHomeRoutine(new AdoptStep(home, version)), CancellationToken.None);
            return Visit.Done;
        }
        catch (HomeDamagedException damage)
        {
            // Trying again would never end.
            damaged.Note(damage);
            return Visit.Damaged;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            LogHomeFailed(home, version, error);
            return Visit.Failed;
        }
    }

    private enum Visit
    {
        Done,
        Failed,
        Damaged,
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Silo {silo} could not be told of version {version} of the identity policy; the next pass tries "
            + "again.")]
    private partial void LogSiloFailed(SiloAddress silo, int version, Exception error);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Home {home} could not be taken over to version {version} of the identity policy; the next pass "
            + "tries again.")]
    private partial void LogHomeFailed(HomeId home, int version, Exception error);
}
