using System.Runtime.ExceptionServices;

namespace MartechGrains.Grains.Routing;

/// <summary>Tries again what met a grain that reloaded; everything that is routed may come twice.</summary>
internal static class Attempts
{
    /// <summary>How often something is routed anew after a grain reloaded under it.</summary>
    public const int Max = 4;

    /// <summary>Does one thing, and does it again where a grain reloaded under it.</summary>
    /// <param name="act">Does it.</param>
    /// <param name="forget">Forgets what led it astray.</param>
    /// <exception cref="GrainReloadException">It failed <see cref="Max"/> times.</exception>
    public static async Task<T> RunAsync<T>(Func<Task<T>> act, Action forget)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await act();
            }
            catch (GrainReloadException) when (attempt < Max)
            {
                forget();
            }
        }
    }

    /// <summary>Routes a batch, and what failed of it again.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="route">
    /// Routes those of the given places; answers with the places that failed, by the error that they met.
    /// </param>
    /// <param name="forget">Forgets what led those of the given places astray.</param>
    /// <exception cref="GrainReloadException">Some failed <see cref="Max"/> times; or another error of one.</exception>
    public static async Task RouteAsync(
        int count,
        Func<IReadOnlyList<int>, Task<IReadOnlyList<(IReadOnlyList<int> Places, Exception Error)>>> route,
        Action<IEnumerable<int>> forget)
    {
        IReadOnlyList<int> waiting = [.. Enumerable.Range(0, count)];
        for (var attempt = 1; waiting.Count > 0; attempt++)
        {
            var failures = await route(waiting);
            if (failures.Count == 0) return;
            waiting = [.. failures.SelectMany(static failure => failure.Places).Order()];
            foreach (var (_, error) in failures)
                if (attempt == Max || error is not GrainReloadException) ExceptionDispatchInfo.Throw(error);
            forget(waiting);
        }
    }
}
