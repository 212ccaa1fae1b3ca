using System.Runtime.ExceptionServices;
using Polly;
using Polly.Retry;

namespace MartechGrains.Grains.Routing;

/// <summary>
/// Tries again what met a grain that reloaded; everything that is routed may come twice. It waits in between, longer
/// each time and spread by chance: many meet the same reload, and the store may be why.
/// </summary>
public sealed class Attempts
{
    /// <summary>How often something is routed at most.</summary>
    public const int Max = 4;

    /// <summary>The wait after the first attempt, about; it doubles with each.</summary>
    public static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(10);

    /// <summary>Longest wait.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMilliseconds(200);

    private readonly ResiliencePipeline _pipeline;

    /// <summary>Prepares them.</summary>
    /// <param name="time">Measures the waits.</param>
    public Attempts(TimeProvider time) =>
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Exception is GrainReloadException),
            MaxRetryAttempts = Max - 1,
            Delay = FirstDelay,
            MaxDelay = MaxDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            OnRetry = static _ =>
            {
                RoutingMetrics.Repeats.Add(1);
                return default;
            },
        }).Build();

    /// <summary>Does one thing, and does it again where a grain reloaded under it.</summary>
    /// <param name="act">Does it.</param>
    /// <param name="forget">Forgets what led it astray.</param>
    /// <param name="cancellationToken">Ends the waits and the attempts.</param>
    /// <exception cref="GrainReloadException">It failed <see cref="Max"/> times.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> act, Action forget, CancellationToken cancellationToken)
    {
        // Inside a grain, an attempt after a wait is to run on its scheduler too.
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellationToken);
        try
        {
            return await _pipeline.ExecuteAsync(
                static async (_, work) =>
                {
                    try
                    {
                        return await work.Act();
                    }
                    catch (GrainReloadException)
                    {
                        work.Forget();
                        throw;
                    }
                },
                context, (Act: act, Forget: forget));
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Routes a batch, and what failed of it again.</summary>
    /// <param name="places">Those to route.</param>
    /// <param name="route">
    /// Routes those of the given places; answers with the places that failed, by the error that they met.
    /// </param>
    /// <param name="forget">Forgets what led those of the given places astray.</param>
    /// <param name="cancellationToken">Ends the waits and the attempts.</param>
    /// <exception cref="GrainReloadException">Some failed <see cref="Max"/> times; or another error of one.</exception>
    public Task RouteAsync(
        IReadOnlyList<int> places,
        Func<IReadOnlyList<int>, Task<IReadOnlyList<(IReadOnlyList<int> Places, Exception Error)>>> route,
        Action<IEnumerable<int>> forget,
        CancellationToken cancellationToken)
    {
        var waiting = places;
        return RunAsync(
            async () =>
            {
                var failures = await route(waiting);
                if (failures.Count == 0) return 0;
                waiting = [.. failures.SelectMany(static failure => failure.Places).Order()];
                // What is no reload is not met by trying again: it is told, whatever the others met.
                var (_, error) = failures.FirstOrDefault(
                    static failure => failure.Error is not GrainReloadException, failures[0]);
                ExceptionDispatchInfo.Throw(error);
                return failures.Count;
            },
            () => forget(waiting), cancellationToken);
    }
}
