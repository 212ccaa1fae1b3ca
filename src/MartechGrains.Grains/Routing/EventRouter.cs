using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Routing;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Registry;

namespace MartechGrains.Grains.Routing;

/// <summary>
/// Brings events to their homes: one call per home and batch, then the joins; when it returns, the events are on disk,
/// in their profiles, and visible to every lookup that begins afterwards.
/// </summary>
public sealed class EventRouter(
    RouterExecutor executor, PolicyCache policies, PointerDirectory pointers, Attempts attempts,
    IdentifierKeyDerivation derivation)
{
    /// <summary>Routes events and waits for their commit.</summary>
    /// <param name="events">The events; their identifiers are normalised and distinct.</param>
    /// <param name="cancellationToken">Gives up waiting; what is under way may still happen.</param>
    /// <returns>What became of each, in order; those of damaged homes fail by themselves.</returns>
    /// <exception cref="GrainReloadException">
    /// Some could not be brought home within <see cref="Attempts.Max"/>.
    /// </exception>
    public async Task<RoutedResult[]> RouteAsync(
        IReadOnlyList<CanonicalEvent> events, CancellationToken cancellationToken)
    {
        var keys = KeysOf(events);
        var routables = new Routable[events.Count];
        for (var e = 0; e < routables.Length; e++)
            routables[e] = new Routable(events[e].Hash, events[e].Identifiers, keys[e]);
        var results = new RoutedResult[events.Count];
        await RouteSomeAsync(events, routables, [.. Enumerable.Range(0, events.Count)], results, cancellationToken);
        if (events.Count == 1) return results;
        // What shares an identifier was routed together, and fails together. Which of them lead to a damaged home, is
        // told by routing each alone: nearly always none, else mostly refused by what was found of the home just now.
        for (var e = 0; e < results.Length; e++)
            if (results[e].Damage is not null)
                await RouteSomeAsync(events, routables, [e], results, cancellationToken);
        return results;
    }

    private Task RouteSomeAsync(
        IReadOnlyList<CanonicalEvent> events, Routable[] routables, IReadOnlyList<int> places, RoutedResult[] results,
        CancellationToken cancellationToken) => attempts.RouteAsync(
            places,
            waiting => RouteOnceAsync(events, routables, waiting, results, cancellationToken),
            waiting => pointers.Forget(waiting.SelectMany(e => routables[e].Keys)),
            cancellationToken);

    private async Task<IReadOnlyList<(IReadOnlyList<int> Places, Exception Error)>> RouteOnceAsync(
        IReadOnlyList<CanonicalEvent> events,
        Routable[] routables,
        IReadOnlyList<int> waiting,
        RoutedResult[] results,
        CancellationToken cancellationToken)
    {
        var plan = new PlanRoutine(
            waiting.Count == routables.Length ? routables : [.. waiting.Select(e => routables[e])],
            (await policies.ReadyAsync(cancellationToken)).Newest);
        var destinations = await executor.RunAsync(plan, cancellationToken);
        var homes = new Dictionary<HomeId, List<(int Place, RoutedEvent Event)>>(waiting.Count);
        for (var i = 0; i < waiting.Count; i++)
        {
            var (home, linkable) = destinations[i];
            if (!homes.TryGetValue(home, out var batch)) homes.Add(home, batch = new(1));
            batch.Add((waiting[i], new RoutedEvent(events[waiting[i]], routables[waiting[i]].Keys, linkable)));
        }
        var failures = new List<(IReadOnlyList<int>, Exception)>();
        var deliveries = new Task[homes.Count];
        var count = 0;
        foreach (var (home, batch) in homes)
            deliveries[count++] = DeliverAsync(home, batch, results, failures, cancellationToken);
        await Task.WhenAll(deliveries);
        return failures;
    }

    private ImmutableArray<IdentifierKey>[] KeysOf(IReadOnlyList<CanonicalEvent> events)
    {
        // People send several events in a row, and a key costs a keyed hash.
        var derived = new Dictionary<Identifier, IdentifierKey>(2 * events.Count);
        var keys = new ImmutableArray<IdentifierKey>[events.Count];
        for (var e = 0; e < keys.Length; e++)
        {
            var own = ImmutableArray.CreateBuilder<IdentifierKey>(events[e].Identifiers.Length);
            foreach (var identifier in events[e].Identifiers)
            {
                if (!derived.TryGetValue(identifier, out var key))
                    derived.Add(identifier, key = derivation.Derive(identifier));
                own.Add(key);
            }
            keys[e] = own.MoveToImmutable();
        }
        return keys;
    }

    private async Task DeliverAsync(
        HomeId target, List<(int Place, RoutedEvent Event)> batch, RoutedResult[] results,
        List<(IReadOnlyList<int>, Exception)> failures, CancellationToken cancellationToken)
    {
        try
        {
            var routed = ImmutableArray.CreateBuilder<RoutedEvent>(batch.Count);
            foreach (var (_, item) in batch) routed.Add(item);
            var deliver = new DeliverRoutine(target, routed.MoveToImmutable());
            var found = await executor.RunAsync(deliver, cancellationToken);
            for (var i = 0; i < batch.Count; i++) results[batch[i].Place] = new RoutedResult(found[i], null);
        }
        catch (HomeDamagedException damage)
        {
            // No failure of the others; and whoever tried again would meet it again.
            foreach (var (place, _) in batch) results[place] = new RoutedResult(default, damage);
        }
        catch (Exception error)
        {
            lock (failures) failures.Add(([.. batch.Select(static item => item.Place)], error));
        }
    }
}

/// <summary>What became of one event that was routed.</summary>
/// <param name="Status">What its home said; without meaning where it was not kept.</param>
/// <param name="Damage">Why it was not kept; null where it was.</param>
public readonly record struct RoutedResult(ApplyStatus Status, HomeDamagedException? Damage);
