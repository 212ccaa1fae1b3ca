using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Routing;
using MartechGrains.Grains.Homes;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Routing;

/// <summary>
/// Brings operators' decisions to the homes that they are about; when it returns, they are on disk, the homes that must
/// meet have met, and every lookup that begins afterwards sees them. A decision may be brought again, at any time.
/// </summary>
public sealed class DecisionRouter(
    RoutePlanner planner, ProtocolDriver driver, PointerDirectory pointers, ProtocolGrains grains)
{
    /// <summary>Most retractions that are brought together.</summary>
    public const int MaxBatch = 256;

    /// <summary>Brings a must-link or cannot-link, as made or as undone, to the homes of its ends.</summary>
    /// <exception cref="GrainReloadException">
    /// It could not be brought there within <see cref="Attempts.Max"/>.
    /// </exception>
    public Task LinkAsync(Decision decision, CancellationToken cancellationToken) => Attempts.RunAsync(
        async () =>
        {
            var news = 0;
            var views = await pointers.FindAsync(decision.Keys, cancellationToken);
            foreach (var (home, routed) in RoutePlanning.PlanLinks(decision, views))
                news += await DecideAsync(home, [routed]);
            return news;
        },
        () => pointers.Forget(decision.Keys));

    /// <summary>
    /// Brings retractions, as made or as undone, to where their events are or would be (rules H15, H16).
    /// </summary>
    /// <returns>How many said more than was known.</returns>
    /// <exception cref="GrainReloadException">
    /// Some could not be brought there within <see cref="Attempts.Max"/>.
    /// </exception>
    public async Task<int> RetractAsync(IReadOnlyList<Decision> retractions, CancellationToken cancellationToken)
    {
        var news = 0;
        await Attempts.RouteAsync(
            retractions.Count, waiting => RetractOnceAsync(waiting),
            waiting => pointers.Forget(waiting.SelectMany(i => retractions[i].Keys)));
        return news;

        async Task<IReadOnlyList<(IReadOnlyList<int> Places, Exception Error)>> RetractOnceAsync(
            IReadOnlyList<int> waiting)
        {
            var destinations = await planner.PlanAsync(
                [.. waiting.Select(i => new Routable(
                    retractions[i].Event, retractions[i].Identifiers, retractions[i].Keys))],
                cancellationToken);
            var failures = new List<(IReadOnlyList<int>, Exception)>();
            foreach (var home in Enumerable.Range(0, waiting.Count).GroupBy(i => destinations[i].Home))
            {
                try
                {
                    news += await DecideAsync(home.Key, [.. home.Select(i => new RoutedDecision(
                        retractions[waiting[i]], destinations[i].Linkable))]);
                }
                catch (Exception error) when (error is not OutOfMemoryException)
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
        IdentifierKey key, LinkableDecision decision, CancellationToken cancellationToken)
    {
        JoinReply? answer = null;
        return Attempts.RunAsync(
            async () =>
            {
                answer ??= (await grains.Identifier(key)
                    .Decide(new HomeId(key).AsImmutable(), decision.AsImmutable())).Value;
                while (!answer.ToDo.IsEmpty)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    answer = await driver.SettleAsync(key, answer, 1);
                }
                return answer;
            },
            () => pointers.Forget([key]));
    }

    /// <summary>Gives decisions to a home, and confirms what they opened until nothing of theirs is open.</summary>
    private async Task<int> DecideAsync(HomeId target, ImmutableArray<RoutedDecision> decisions)
    {
        var (home, reply) = await driver.SendAsync(
            target, async grain => (await grain.Decide(decisions.AsImmutable())).Value, static reply => reply.Gate);
        ImmutableArray<IdentifierKey> keys = [.. decisions.SelectMany(static one => one.Decision.Keys).Distinct()];
        var open = reply.Open;
        while (!open.IsEmpty)
        {
            home = await driver.JoinAsync(home, open);
            // After a union others may be open there.
            (home, var rest) = await driver.SendAsync(
                home, async grain => (await grain.OpenJoins(keys.AsImmutable())).Value, static rest => rest.Gate);
            open = rest.Open;
        }
        return reply.News;
    }
}
