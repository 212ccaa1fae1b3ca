using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Core.Protocol;
using MartechGrains.Grains.Contracts;
using MartechGrains.Grains.Homes;
using MartechGrains.Journal;
using Orleans.Concurrency;

namespace MartechGrains.Grains.Routing;

/// <summary>
/// Brings events to their homes: one call per home and batch, then the joins; when it returns, the events are on disk,
/// in their profiles, and visible to every lookup that begins afterwards.
/// </summary>
public sealed class EventRouter(
    ProtocolGrains grains,
    HomeServices services,
    PointerDirectory pointers,
    ProtocolDriver driver,
    IdentifierKeyDerivation derivation)
{
    /// <summary>How often a batch is routed anew after a grain reloaded under it.</summary>
    public const int MaxAttempts = 4;

    /// <summary>Most homes an event is sent on to while homes move.</summary>
    public const int MaxHops = 64;

    /// <summary>Routes events and waits for their commit.</summary>
    /// <param name="events">The events; their identifiers are normalised and distinct.</param>
    /// <param name="cancellationToken">Gives up waiting; what is under way may still happen.</param>
    /// <returns>What became of each, in order.</returns>
    /// <exception cref="GrainReloadException">
    /// Some could not be brought home within <see cref="MaxAttempts"/>.
    /// </exception>
    public async Task<ApplyStatus[]> RouteAsync(
        IReadOnlyList<CanonicalEvent> events, CancellationToken cancellationToken)
    {
        var keys = KeysOf(events);
        var statuses = new ApplyStatus[events.Count];
        var waiting = Enumerable.Range(0, events.Count).ToList();
        for (var attempt = 1; waiting.Count > 0; attempt++)
        {
            var failures = await RouteOnceAsync(events, keys, waiting, statuses, cancellationToken);
            if (failures.Count == 0) break;
            waiting = [.. failures.SelectMany(static failure => failure.Events).Order()];
            var fatal = failures.Find(failure => attempt == MaxAttempts || failure.Error is not GrainReloadException);
            if (fatal.Error is not null)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fatal.Error);
            pointers.Forget(waiting.SelectMany(e => keys[e]));
        }
        return statuses;
    }

    private async Task<List<(List<int> Events, Exception Error)>> RouteOnceAsync(
        IReadOnlyList<CanonicalEvent> events,
        ImmutableArray<IdentifierKey>[] keys,
        List<int> waiting,
        ApplyStatus[] statuses,
        CancellationToken cancellationToken)
    {
        var homes = await PlanAsync(events, keys, waiting, cancellationToken);
        var failures = new List<(List<int>, Exception)>();
        await Task.WhenAll(homes.Select(async home =>
        {
            try
            {
                await DeliverAsync(home.Key, home.Value, statuses);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                lock (failures) failures.Add(([.. home.Value.Select(static item => item.Index)], error));
            }
        }));
        return failures;
    }

    private async Task<Dictionary<HomeId, List<(int Index, RoutedEvent Event)>>> PlanAsync(
        IReadOnlyList<CanonicalEvent> events,
        ImmutableArray<IdentifierKey>[] keys,
        List<int> waiting,
        CancellationToken cancellationToken)
    {
        var asked = new HashSet<IdentifierKey>(2 * waiting.Count);
        foreach (var e in waiting)
            foreach (var key in keys[e]) asked.Add(key);
        var views = await pointers.FindAsync(asked, cancellationToken);
        var routes = waiting.Count == events.Count
            ? RouteDecisions.Plan(events, keys, views, services.Policy)
            : RouteDecisions.Plan(
                [.. waiting.Select(e => events[e])], [.. waiting.Select(e => keys[e])], views, services.Policy);
        var targets = await MeetAsync(routes, events, waiting);
        var homes = new Dictionary<HomeId, List<(int, RoutedEvent)>>();
        for (var i = 0; i < waiting.Count; i++)
        {
            if (!homes.TryGetValue(targets[i], out var batch)) homes.Add(targets[i], batch = []);
            batch.Add((waiting[i], new RoutedEvent(events[waiting[i]], keys[waiting[i]], routes[i].Linkable)));
        }
        return homes;
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

    /// <summary>
    /// The homes of events: those chosen, or where an event was first sent if something inert was seen.
    /// </summary>
    private async Task<HomeId[]> MeetAsync(
        ImmutableArray<Route> routes, IReadOnlyList<CanonicalEvent> events, List<int> waiting)
    {
        var homes = new HomeId[routes.Length];
        var meetings = new List<Task>();
        for (var i = 0; i < homes.Length; i++)
        {
            homes[i] = routes[i].Home;
            if (routes[i].Rendezvous is { } key) meetings.Add(MeetOneAsync(i, key));
        }
        await Task.WhenAll(meetings);
        return homes;

        async Task MeetOneAsync(int i, IdentifierKey key) =>
            homes[i] = await MeetAsync(key, events[waiting[i]].Hash, homes[i]);
    }

    private async Task<HomeId> MeetAsync(IdentifierKey key, EventHash hash, HomeId chosen)
    {
        var outcome = await services.Writer.WriteAsync(
            new RendezvousWrite(key, hash, chosen), CancellationToken.None);
        return outcome.Status == WriteStatus.Committed
            ? outcome.Home
            : throw new GrainReloadException($"The rendezvous of event {hash} was {outcome.Status} {outcome.Error}.");
    }

    private async Task DeliverAsync(HomeId home, List<(int Index, RoutedEvent Event)> batch, ApplyStatus[] statuses)
    {
        var routed = ImmutableArray.CreateBuilder<RoutedEvent>(batch.Count);
        foreach (var (_, item) in batch) routed.Add(item);
        var events = routed.MoveToImmutable().AsImmutable();
        for (var hop = 0; hop < MaxHops; hop++)
        {
            var reply = (await grains.Home(home).Apply(events)).Value;
            switch (reply.Gate.Standing)
            {
                case HomeStanding.Moving:
                    home = await driver.MoveAsync(home, reply.Gate.Target);
                    continue;
                case HomeStanding.Moved:
                    home = reply.Gate.Target;
                    continue;
                default:
                    if (!reply.Open.IsEmpty) await driver.JoinAsync(home, reply.Open);
                    for (var i = 0; i < batch.Count; i++) statuses[batch[i].Index] = reply.Statuses[i];
                    if (hop > 0) LearnHome(batch, home);
                    return;
            }
        }
        throw new GrainReloadException($"Events were sent on {MaxHops} times, last to home {home}.");
    }

    private void LearnHome(List<(int Index, RoutedEvent Event)> batch, HomeId home)
    {
        foreach (var (_, routed) in batch)
            foreach (var key in routed.Linkable) pointers.LearnHome(key, home);
    }
}
