using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Routing;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Registry;

namespace MartechGrains.Grains.Routing;

/// <summary>
/// Brings operators' decisions to the homes that they are about; when it returns, they are on disk, the homes that must
/// meet have met, and every lookup that begins afterwards sees them. A decision may be brought again, at any time.
/// </summary>
public sealed class DecisionRouter(
    RouterExecutor executor, PolicyCache policies, PointerDirectory pointers, Attempts attempts)
{
    /// <summary>Most retractions that are brought together.</summary>
    public const int MaxBatch = 256;

    /// <summary>Brings a must-link or cannot-link, as made or as undone, to the homes of its ends.</summary>
    /// <exception cref="GrainReloadException">
    /// It could not be brought there within <see cref="Attempts.Max"/>.
    /// </exception>
    public Task LinkAsync(Decision decision, CancellationToken cancellationToken) => attempts.RunAsync(
        async () => await executor.RunAsync(new LinkRoutine(decision), cancellationToken),
        () => pointers.Forget(decision.Keys), cancellationToken);

    /// <summary>
    /// Brings retractions, as made or as undone, to where their events are or would be (rules H15, H16).
    /// </summary>
    /// <param name="retractions">The retractions.</param>
    /// <param name="leaveOut">
    /// Is told of homes that are damaged, whose retractions are then left out; null where those are to fail.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many said more than was known.</returns>
    /// <exception cref="GrainReloadException">
    /// Some could not be brought there within <see cref="Attempts.Max"/>.
    /// </exception>
    public async Task<int> RetractAsync(
        IReadOnlyList<Decision> retractions, Action<HomeDamagedException>? leaveOut,
        CancellationToken cancellationToken)
    {
        var news = 0;
        await attempts.RouteAsync(
            [.. Enumerable.Range(0, retractions.Count)], RetractOnceAsync,
            waiting => pointers.Forget(waiting.SelectMany(i => retractions[i].Keys)), cancellationToken);
        return news;

        async Task<IReadOnlyList<(IReadOnlyList<int> Places, Exception Error)>> RetractOnceAsync(
            IReadOnlyList<int> waiting)
        {
            var plan = new PlanRoutine(
                [.. waiting.Select(i => new Routable(
                    retractions[i].Event, retractions[i].Identifiers, retractions[i].Keys))],
                (await policies.ReadyAsync(cancellationToken)).Newest);
            var destinations = await executor.RunAsync(plan, cancellationToken);
            var failures = new List<(IReadOnlyList<int>, Exception)>();
            foreach (var home in Enumerable.Range(0, waiting.Count).GroupBy(i => destinations[i].Home))
            {
                try
                {
                    news += await executor.RunAsync(
                        new DecideRoutine(home.Key, [.. home.Select(i => new RoutedDecision(
                            retractions[waiting[i]], destinations[i].Linkable))]),
                        cancellationToken);
                }
                catch (HomeDamagedException damage) when (leaveOut is not null)
                {
                    // What shares an identifier was routed together: alone, some may lead elsewhere.
                    if (waiting.Count == 1) leaveOut(damage);
                    else foreach (var i in home)
                        news += await RetractAsync([retractions[waiting[i]]], leaveOut, cancellationToken);
                }
                catch (Exception error)
                {
                    failures.Add(([.. home.Select(i => waiting[i])], error));
                }
            }
            return failures;
        }
    }

    /// <summary>
    /// Brings a decision that a value links to the value, as made or as undone, and unites or tells all who carry it.
    /// </summary>
    public Task MakeLinkableAsync(
        IdentifierKey key, LinkableDecision decision, CancellationToken cancellationToken) => attempts.RunAsync(
            async () => await executor.RunAsync(new DecideValueRoutine(key, decision), cancellationToken),
            () => pointers.Forget([key]), cancellationToken);
}
