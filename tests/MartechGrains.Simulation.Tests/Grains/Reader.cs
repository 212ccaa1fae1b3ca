using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Routing;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>
/// Looks up profiles by identifier, as a producer would right after its acknowledgement: in the live views of some
/// silo, else at the home.
/// </summary>
internal sealed class Reader(Cluster cluster)
{
    private const double LooksAtViews = 0.5;

    /// <summary>How many lookups were answered.</summary>
    public long Answered { get; private set; }

    /// <summary>Reads the event back by each of its identifiers that is not inert.</summary>
    /// <param name="turn">Where failures show.</param>
    /// <param name="acknowledged">The event.</param>
    /// <param name="isAsked">Whether somebody has asked for its retraction meanwhile.</param>
    public IEnumerable<Effect> ReadBack(Turn turn, CanonicalEvent acknowledged, Func<bool>? isAsked = null)
    {
        foreach (var key in cluster.World.KeysOf(acknowledged))
        {
            var lookup = new Lookup(key);
            foreach (var effect in Read(turn, lookup)) yield return effect;
            if (!turn.Failed && isAsked?.Invoke() != true) Judge(acknowledged, lookup);
        }

        turn.Failed = false;
    }

    /// <summary>Looks up by an identifier; the turn has failed where there was no answer.</summary>
    public IEnumerable<Effect> Read(Turn turn, Lookup lookup)
    {
        turn.Failed = false;
        var views = cluster.LiveViewsOf(lookup.Identifier).ToList();
        if (views.Count > 0 && cluster.HasReadersOfViews && cluster.Scheduler.Dice.Chance(LooksAtViews))
        {
            cluster.Tally.FromViews++;
            lookup.Take(cluster, views[cluster.Scheduler.Dice.Next(views.Count)]);
            yield break;
        }

        var read = new ReadRoutine(lookup.Identifier);
        foreach (var effect in Scripts.Run(turn, read)) yield return effect;
        if (!turn.Failed) lookup.Take(cluster, read.Result);
    }

    /// <summary>Judges the answer to a lookup that begins after an acknowledgement.</summary>
    public void Judge(CanonicalEvent acknowledged, IdentifierKey key, HomeView? view)
    {
        var lookup = new Lookup(key);
        lookup.Take(cluster, view);
        Judge(acknowledged, lookup);
    }

    /// <summary>
    /// An acknowledged event is seen by lookups of its identifiers. One that links nothing need not show it; but where
    /// one links in a view, that shows all of it.
    /// </summary>
    private void Judge(CanonicalEvent acknowledged, Lookup lookup)
    {
        Answered++;
        if (!ShowsAsLinked(lookup) || cluster.Store.IsQuarantined(acknowledged)) return;
        if (lookup.Holds(acknowledged) && lookup.UnconfirmedOf(cluster, acknowledged).All(MayBeInert)) return;
        cluster.Violate(
            $"read your writes: {acknowledged.EventId} by {cluster.World.NameOf(lookup.Identifier)}: "
            + (lookup.State is null ? "unknown" : lookup.Holds(acknowledged) ? "not linked" : "not counted"));
    }

    /// <summary>
    /// Whether the answer is about what its identifier links: that of an inert value is about itself. One that is to
    /// link again is shown with all that it links, or with nothing; one that has just become inert may be shown as it
    /// was.
    /// </summary>
    private bool ShowsAsLinked(Lookup lookup) => !MayBeInert(lookup.Identifier)
        || (lookup.IsLinkable && cluster.Store.RowOf(lookup.Identifier) is { } row && (row.Uniting || row.TellHome));

    /// <summary>Whether the value links nothing, by its row or under any policy there has been.</summary>
    public bool MayBeInert(IdentifierKey key)
    {
        var identifier = cluster.World.IdentifierOf(key);
        return Enumerable.Range(1, cluster.Policies.Newest.Version)
                .Any(version => cluster.Policies.Of(version).IsBlocked(identifier))
            || (cluster.Store.RowOf(key) is { } row && (row.Inert || row.IsUnsettled));
    }
}

/// <summary>A lookup by one identifier, and its answer; without a view nothing is known under the identifier.</summary>
internal sealed class Lookup(IdentifierKey identifier)
{
    public IdentifierKey Identifier { get; } = identifier;

    /// <summary>What the home's journal says up to the row that the view shows.</summary>
    public HomeState? State { get; private set; }

    /// <summary>The profile; null for none.</summary>
    public ResolvedProfile? Profile { get; private set; }

    /// <summary>Whether the identifier links in the view.</summary>
    public bool IsLinkable { get; private set; }

    private ResolvedPartition? Resolution { get; set; }

    /// <summary>Takes the answer, and looks whether it is what the journal says.</summary>
    public void Take(Cluster cluster, HomeView? view)
    {
        if (view is null) return;
        var identifier = cluster.World.IdentifierOf(Identifier);
        var folded = cluster.Store.Folded.At(view.Home, view.Seq);
        State = folded.State;
        Resolution = view.Resolution;
        Profile = Resolution.Find(identifier);
        IsLinkable = Resolution.IsLinkable(identifier);
        var expected = folded.Resolve(withOpenJoins: !cluster.Rules.ViewsLinkConfirmedOnly);
        if (State.Seq != view.Seq || !Same(Profile, expected.Find(identifier)))
            cluster.Violate($"a view of {cluster.World.NameOf(view.Home)} at {view.Seq} is not what its journal says");
    }

    /// <summary>Whether the event is among the home's evidence, and not retracted.</summary>
    public bool Holds(CanonicalEvent probe) => Profile is not null && State!.Ledger.Holds(probe)
        && !State.Decisions.IsRetracted(probe.Hash);

    /// <summary>Whether the event counts for the profile.</summary>
    public bool Counts(CanonicalEvent probe) => Holds(probe) && ReferenceEquals(
        Profile, Attribution.Owner(probe.Identifiers, Resolution!, State!.Policy));

    /// <summary>Identifiers of the event that the view does not link yet.</summary>
    public ImmutableArray<IdentifierKey> UnconfirmedOf(Cluster cluster, CanonicalEvent probe) =>
        [.. cluster.World.KeysOf(probe).Where(State!.Joins.IsUnconfirmed)];

    private static bool Same(ResolvedProfile? one, ResolvedProfile? other) => one is null || other is null
        ? one is null && other is null
        : one.Anchor == other.Anchor && one.Identifiers.SequenceEqual(other.Identifiers);
}
