using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>Looks up profiles by identifier, as a producer would right after its acknowledgement.</summary>
internal sealed class Reader(Cluster cluster)
{
    private const int MaxAsked = 16;
    private readonly Dictionary<IdentifierKey, IdentifierState> _hints = [];
    private readonly JoinDriver _joins = new(cluster);

    /// <summary>How many lookups were answered.</summary>
    public long Answered { get; private set; }

    /// <summary>Reads the event back by each of its identifiers that is not inert.</summary>
    public IEnumerable<Effect> ReadBack(Turn turn, CanonicalEvent acknowledged)
    {
        foreach (var key in cluster.World.KeysOf(acknowledged))
        {
            turn.Resume(Done.Instance);
            foreach (var effect in ReadBy(turn, key, acknowledged)) yield return effect;
        }

        turn.Resume(Done.Instance);
    }

    public IEnumerable<Effect> ReadBy(Turn turn, IdentifierKey key, CanonicalEvent acknowledged)
    {
        if (cluster.Policy.IsBlocked(cluster.World.IdentifierOf(key))) yield break;
        var (dice, rates) = (cluster.Scheduler.Dice, cluster.Scheduler.Faults.Rates);
        if (!_hints.TryGetValue(key, out var row) || !dice.Chance(rates.StaleRow))
        {
            yield return new CallEffect(Address.Store, new ReadRowRequest(key));
            if (turn.Failed) yield break;
            row = turn.As<RowReply>().Row;
            if (row is not null) _hints[key] = row;
        }

        if (row is null)
        {
            Judge(key, acknowledged, null);
            yield break;
        }

        if (row.Generic || row.View.Unsettled) yield break;
        var home = row.Home;
        for (var asked = 0; asked < MaxAsked; asked++)
        {
            yield return new CallEffect(Address.Of(home), new ReadRequest(key, acknowledged));
            if (turn.Failed) yield break;
            var reply = turn.As<ReadReply>();
            if (!reply.Gate.IsOpen)
            {
                home = reply.Gate.Target;
                continue;
            }

            if (!reply.Recovering)
            {
                Judge(key, acknowledged, reply);
                yield break;
            }

            foreach (var effect in _joins.JoinAll(turn, home)) yield return effect;
            if (turn.Failed) yield break;
        }
    }

    private void Judge(IdentifierKey key, CanonicalEvent acknowledged, ReadReply? reply)
    {
        Answered++;
        if (IsInert(key)) return;
        var linked = reply is { Counts: true }
            && reply.Unconfirmed.All(unconfirmed => IsInert(unconfirmed));
        if (!linked)
            cluster.Violate($"read your writes: {acknowledged.EventId} by {cluster.World.NameOf(key)}: "
                + (reply is null ? "unknown" : reply.Counts ? "not linked" : "not counted"));
    }

    private bool IsInert(IdentifierKey key) =>
        cluster.Policy.IsBlocked(cluster.World.IdentifierOf(key))
        || (cluster.Store.RowOf(key) is { } row && (row.Generic || row.View.Unsettled));
}
