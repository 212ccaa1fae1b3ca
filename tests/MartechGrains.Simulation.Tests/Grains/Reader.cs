using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>Looks up profiles by identifier, as a producer would right after its acknowledgement.</summary>
internal sealed class Reader(Cluster cluster)
{
    private const int MaxAsked = 16;
    private readonly Dictionary<IdentifierKey, PointerState> _hints = [];
    private readonly JoinDriver _joins = new(cluster);

    /// <summary>How many lookups were answered.</summary>
    public long Answered { get; private set; }

    /// <summary>Reads the event back by each of its identifiers that is not inert.</summary>
    /// <param name="turn">Where the effects' answers are left.</param>
    /// <param name="acknowledged">The event.</param>
    /// <param name="isAsked">Whether somebody has asked for its retraction meanwhile.</param>
    public IEnumerable<Effect> ReadBack(Turn turn, CanonicalEvent acknowledged, Func<bool>? isAsked = null)
    {
        foreach (var key in cluster.World.KeysOf(acknowledged))
        {
            turn.Resume(Done.Instance);
            foreach (var effect in Read(turn, key, acknowledged)) yield return effect;
            if (!turn.Failed && turn.Value is Lookup lookup && isAsked?.Invoke() != true)
                Judge(key, acknowledged, lookup);
        }

        turn.Resume(Done.Instance);
    }

    /// <summary>
    /// Looks up by an identifier. Value: a <see cref="Lookup"/>; a failed turn where there was no answer.
    /// </summary>
    public IEnumerable<Effect> Read(Turn turn, IdentifierKey key, CanonicalEvent? probe)
    {
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
            turn.Resume(new Lookup(null));
            yield break;
        }

        var home = row.Home;
        for (var asked = 0; asked < MaxAsked; asked++)
        {
            yield return new CallEffect(Address.Of(home), new ReadRequest(key, probe));
            if (turn.Failed) yield break;
            var reply = turn.As<ReadReply>();
            if (!reply.Gate.IsOpen)
            {
                home = reply.Gate.Target;
                continue;
            }

            if (!reply.Recovering)
            {
                turn.Resume(new Lookup(reply));
                yield break;
            }

            foreach (var effect in _joins.JoinAll(turn, home)) yield return effect;
            if (turn.Failed) yield break;
        }

        turn.Resume(null);
    }

    /// <summary>
    /// An acknowledged event is seen by lookups of its identifiers. One that links nothing need not show it; but where
    /// one links in a view, that shows all of it.
    /// </summary>
    private void Judge(IdentifierKey key, CanonicalEvent acknowledged, Lookup lookup)
    {
        Answered++;
        if (!ShowsAsLinked(key, lookup)) return;
        var linked = lookup.Reply is { Holds: true } reply && reply.Unconfirmed.All(MayBeInert);
        if (!linked)
            cluster.Violate($"read your writes: {acknowledged.EventId} by {cluster.World.NameOf(key)}: "
                + (lookup.Reply is null ? "unknown" : lookup.Reply.Holds ? "not linked" : "not counted"));
    }

    /// <summary>
    /// Whether the answer is about what its identifier links: that of an inert value is about itself. One that is to
    /// link again is shown with all that it links, or with nothing; one that has just become inert may be shown as it
    /// was.
    /// </summary>
    private bool ShowsAsLinked(IdentifierKey key, Lookup lookup) => !MayBeInert(key)
        || (lookup.Reply is { IsLinkable: true } && cluster.Store.RowOf(key) is { } row
            && (row.Uniting || row.TellHome));

    /// <summary>Whether the value links nothing, by its row or under any policy there has been.</summary>
    public bool MayBeInert(IdentifierKey key)
    {
        var identifier = cluster.World.IdentifierOf(key);
        return Enumerable.Range(1, cluster.Policies.Newest.Version)
                .Any(version => cluster.Policies.Of(version).IsBlocked(identifier))
            || (cluster.Store.RowOf(key) is { } row && (row.Inert || row.IsUnsettled));
    }
}

/// <summary>The answer to a lookup; without a reply nothing is known under the identifier.</summary>
internal sealed record Lookup(ReadReply? Reply);
