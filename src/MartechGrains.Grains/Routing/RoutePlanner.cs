using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Routing;
using MartechGrains.Grains.Homes;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Grains.Routing;

/// <summary>What has to come to a home: an event, or the retraction of one, by its identifiers.</summary>
/// <param name="Event">The event.</param>
/// <param name="Identifiers">Its identifiers.</param>
/// <param name="Keys">Their keys, in their order.</param>
public readonly record struct Routable(
    EventHash Event, ImmutableArray<Identifier> Identifiers, ImmutableArray<IdentifierKey> Keys);

/// <summary>Where something goes.</summary>
/// <param name="Home">The home to send it to.</param>
/// <param name="Linkable">The keys whose homes must meet.</param>
public readonly record struct Destination(HomeId Home, ImmutableArray<IdentifierKey> Linkable);

/// <summary>
/// Finds the homes of events: by what pointers say, and where something inert was seen, by where the event was first
/// sent. A retraction is planned as its event was, and so finds it (rule H16).
/// </summary>
public sealed class RoutePlanner(HomeServices services, PointerDirectory pointers)
{
    /// <summary>Plans a batch; answers in its order.</summary>
    public async Task<Destination[]> PlanAsync(IReadOnlyList<Routable> batch, CancellationToken cancellationToken)
    {
        var policies = await services.Policies.ReadyAsync(cancellationToken);
        var asked = new HashSet<IdentifierKey>(2 * batch.Count);
        foreach (var one in batch)
            foreach (var key in one.Keys) asked.Add(key);
        var views = await pointers.FindAsync(asked, cancellationToken);
        var routes = RoutePlanning.Plan(
            [.. batch.Select(static one => one.Identifiers)], [.. batch.Select(static one => one.Keys)], views,
            policies.Newest);
        var destinations = new Destination[batch.Count];
        List<Task>? meetings = null;
        for (var i = 0; i < destinations.Length; i++)
        {
            if (routes[i].Rendezvous is null) destinations[i] = new Destination(routes[i].Home, routes[i].Linkable);
            else (meetings ??= []).Add(MeetAsync(i));
        }
        if (meetings is not null) await Task.WhenAll(meetings);
        return destinations;

        async Task MeetAsync(int i) => destinations[i] = new Destination(
            await FirstSentAsync(routes[i].Rendezvous!.Value, batch[i].Event, routes[i].Home), routes[i].Linkable);
    }

    /// <summary>Where an event was first sent when something inert was seen of it.</summary>
    private async Task<HomeId> FirstSentAsync(IdentifierKey meeting, EventHash hash, HomeId home)
    {
        var outcome = await services.Writer.WriteAsync(
            new RendezvousWrite(meeting, hash, home), CancellationToken.None);
        return outcome.Status == WriteStatus.Committed
            ? outcome.Home
            : throw new GrainReloadException($"The rendezvous of event {hash} was {outcome.Status} {outcome.Error}.");
    }
}
