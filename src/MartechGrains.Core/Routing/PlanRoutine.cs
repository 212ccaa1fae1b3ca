using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Routing;

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
/// sent. A retraction is planned as its event was, and so finds it (rule H16). Result: per event its destination.
/// </summary>
/// <param name="batch">The events.</param>
/// <param name="policy">The policy: priorities and blocked values.</param>
public sealed class PlanRoutine(IReadOnlyList<Routable> batch, IdentityPolicy policy)
    : Routine<RouterStep, Destination[]>
{
    /// <inheritdoc/>
    public override IEnumerable<RouterStep> Run()
    {
        var asked = new HashSet<IdentifierKey>(2 * batch.Count);
        foreach (var one in batch)
            foreach (var key in one.Keys) asked.Add(key);
        var find = new FindPointersStep(asked);
        yield return find;
        var routes = RoutePlanning.Plan(
            [.. batch.Select(static one => one.Identifiers)], [.. batch.Select(static one => one.Keys)], find.Reply!,
            policy);
        var destinations = new Destination[batch.Count];
        List<int>? meeting = null;
        for (var i = 0; i < destinations.Length; i++)
        {
            destinations[i] = new Destination(routes[i].Home, routes[i].Linkable);
            if (routes[i].Rendezvous is not null) (meeting ??= []).Add(i);
        }
        if (meeting is not null)
        {
            var meet = new MeetStep([.. meeting.Select(i => new Rendezvous(
                routes[i].Rendezvous!.Value, batch[i].Event, routes[i].Home))]);
            yield return meet;
            for (var n = 0; n < meeting.Count; n++)
                destinations[meeting[n]] = destinations[meeting[n]] with { Home = meet.Reply[n] };
        }
        Result = destinations;
    }
}
