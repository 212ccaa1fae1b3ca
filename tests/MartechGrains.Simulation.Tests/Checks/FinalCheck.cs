using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Simulation.Tests.Grains;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Checks;

/// <summary>Compares what the store holds in the end with the batch result.</summary>
internal sealed class FinalCheck(Cluster cluster)
{
    private readonly Dictionary<HomeId, HomeState> _homes =
        cluster.Store.Homes.Order().ToDictionary(home => home, home => cluster.Store.Folded.At(home).State);

    /// <summary>Checks everything and returns the canonical state of the live homes.</summary>
    public IReadOnlyList<string> Run(
        IReadOnlyList<CanonicalEvent> events, IReadOnlySet<CanonicalEvent> acknowledged, Operator? acts = null)
    {
        var live = _homes.Values.Where(home => home.MovedTo is null).OrderBy(home => home.Id).ToList();
        CheckComplete(live);
        var decisions = CheckDecisions(live, acts);
        var stored = CheckCounts(live, events, acknowledged, decisions);
        var held = stored.ToHashSet(ReferenceEqualityComparer.Instance);
        var expected = CanonicalState.OfEvents(
            [.. stored, .. Displaced(events).Where(one => !held.Contains(one))], cluster.Policies.Newest,
            out var generic, one => !held.Contains(one) || decisions.IsRetracted(one.Hash), InForce(decisions));
        CheckIdentifiers(live, generic, decisions);
        var found = new CanonicalState();
        foreach (var home in live) found.AddHome(home);
        var (expectedLines, foundLines) = (expected.Lines(), found.Lines());
        foreach (var missing in expectedLines.Except(foundLines)) cluster.Violate($"missing: {missing}");
        foreach (var extra in foundLines.Except(expectedLines)) cluster.Violate($"not in the batch result: {extra}");
        return foundLines;
    }

    private void CheckComplete(List<HomeState> live)
    {
        foreach (var home in live)
        {
            if (home.MovingTo is not null) cluster.Violate($"{Name(home.Id)} is still moving");
            if (home.Joins.HasOpen) cluster.Violate($"{Name(home.Id)} has open joins");
            if (home.PolicyVersion != cluster.Policies.Newest.Version && home.Ledger.Identifiers.Count > 0)
                cluster.Violate($"{Name(home.Id)} works under policy {home.PolicyVersion}");
        }

        foreach (var (key, row) in cluster.Store.Pointers.OrderBy(pair => pair.Key))
            if (row.IsUnsettled) cluster.Violate($"{cluster.World.NameOf(key)} has carriers to handle");
    }

    /// <summary>All decisions that some live home knows, each as far as any knows it.</summary>
    private DecisionLedger CheckDecisions(List<HomeState> live, Operator? acts)
    {
        var all = new DecisionLedger();
        foreach (var decision in live.SelectMany(home => home.Decisions.All)) all.Fold(decision);
        if (acts is null) return all;
        var known = all.All.ToDictionary(DecisionKey.Of);
        foreach (var (key, made) in acts.Made)
            if (!known.ContainsKey(key)) cluster.Violate($"decision lost: {World.NameOf(made)}");
        foreach (var decision in known.Values)
        {
            if (decision.Undone is null && acts.Undone.Contains(DecisionKey.Of(decision)))
                cluster.Violate($"undoing lost: {World.NameOf(decision)}");
            if (decision.Undone is not null && !acts.IsUndoAsked(decision))
                cluster.Violate($"nobody has undone: {World.NameOf(decision)}");
        }

        return all;
    }

    private IdentityDecisions InForce(DecisionLedger decisions) => new(
        decisions.InForce.MustLinks, decisions.InForce.CannotLinks,
        cluster.Store.Pointers.Where(pair => pair.Value.IsLinkableByDecision)
            .Select(pair => new LinkableValue("", cluster.World.IdentifierOf(pair.Key))));

    private List<CanonicalEvent> CheckCounts(
        List<HomeState> live, IReadOnlyList<CanonicalEvent> events, IReadOnlySet<CanonicalEvent> acknowledged,
        DecisionLedger decisions)
    {
        var stored = new List<CanonicalEvent>();
        foreach (var one in events)
        {
            var homes = live.Where(home => home.Ledger.Holds(one)).ToList();
            foreach (var home in homes) CheckStanding(home, one);
            if (homes.Count == 0 && acknowledged.Contains(one) && !cluster.Store.IsQuarantined(one))
                cluster.Violate($"acknowledged and lost: {World.NameOf(one)}");
            if (homes.Count > 1)
                cluster.Violate($"{one.EventId} counts in {string.Join(' ', homes.Select(home => Name(home.Id)))}");
            if (homes.Count > 0) stored.Add(one);
        }

        long held = live.Sum(home => home.Ledger.EventCount);
        var facts = live.Sum(home => home.Ledger.Groups.Sum(group => group.Facts.Count));
        var counting = stored.Count(one => !decisions.IsRetracted(one.Hash));
        if (held != stored.Count || facts != counting)
            cluster.Violate($"{stored.Count} events count {held} times; {facts} facts, where {counting} should be");
        return stored;
    }

    /// <summary>
    /// Of all bodies that the home's history has of an event, the one that was accepted first stands.
    /// </summary>
    private void CheckStanding(HomeState home, CanonicalEvent held)
    {
        var first = Histories(home).Where(applied => applied.Event.Hash == held.Hash)
            .MinBy(static applied => (applied.At.Milliseconds, applied.Event.ContentHash));
        if (first is not null && first.Event.ContentHash != held.ContentHash)
            cluster.Violate($"{Name(home.Id)} counts another body of {held.EventId} than was accepted first");
    }

    private IEnumerable<EventApplied> Histories(HomeState home) => home.AbsorbedHomes
        .SelectMany(loser => cluster.Store.JournalOf(loser.Loser).Take(loser.Head))
        .Concat(cluster.Store.JournalOf(home.Id)).OfType<EventApplied>();

    /// <summary>The events, or other bodies of theirs, that some home has accepted.</summary>
    private IEnumerable<CanonicalEvent> Displaced(IReadOnlyList<CanonicalEvent> events)
    {
        var journaled = cluster.Store.Homes.SelectMany(cluster.Store.JournalOf).OfType<EventApplied>()
            .Select(static applied => (applied.Event.Hash, applied.Event.ContentHash)).ToHashSet();
        return events.Where(one => journaled.Contains((one.Hash, one.ContentHash)));
    }

    private void CheckIdentifiers(List<HomeState> live, HashSet<Identifier> generic, DecisionLedger decisions)
    {
        var homesOf = new SortedDictionary<IdentifierKey, SortedSet<HomeId>>();
        foreach (var home in live)
        {
            foreach (var key in home.Ledger.Groups.SelectMany(group => group.Set.Keys))
            {
                if (!homesOf.TryGetValue(key, out var homes)) homesOf.Add(key, homes = []);
                homes.Add(home.Id);
            }
        }

        var inForce = InForce(decisions);
        foreach (var (key, homes) in homesOf)
        {
            var identifier = cluster.World.IdentifierOf(key);
            var row = cluster.Store.RowOf(key);
            var isInert = generic.Contains(identifier) || inForce.IsBlocked(identifier, cluster.Policies.Newest);
            if (row is null || row.Inert != isInert)
                cluster.Violate($"{identifier} is {(isInert ? "" : "not ")}inert, its row says otherwise");
            if (isInert) CheckCarriers(live, identifier, row?.Live);
            foreach (var home in homes)
                if (_homes[home].IsInert(key) != isInert)
                    cluster.Violate($"{Name(home)} has the wrong flag for {identifier}");
            if (isInert || row is null) continue;
            if (homes.Count != 1 || RootOf(row.Home) != homes.Min)
                cluster.Violate($"{identifier} is in {string.Join(' ', homes.Select(Name))}"
                    + $" and points at {Name(RootOf(row.Home))}");
        }
    }

    /// <summary>A home carries a value by its events, or by a decision about it.</summary>
    private void CheckCarriers(List<HomeState> live, Identifier identifier, int? counted)
    {
        var key = cluster.World.KeyOf(identifier);
        var carriers = live.Where(home => home.Joins.Carried().Contains(key)).ToList();
        if (carriers.Count != counted)
            cluster.Violate($"{identifier} is carried by {carriers.Count} homes, its row says {counted}");
        foreach (var home in live.Except(carriers))
            if (home.Ledger.Groups.Any(group => group.Set.Keys.Contains(key)))
                cluster.Violate($"{Name(home.Id)} does not know that it carries {identifier}");
    }

    private HomeId RootOf(HomeId home)
    {
        while (_homes.TryGetValue(home, out var state) && state.MovedTo is { } moved) home = moved;
        return home;
    }

    private string Name(HomeId home) => cluster.World.NameOf(home);
}
