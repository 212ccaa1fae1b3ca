using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Checks;

/// <summary>Compares what the store holds in the end with the batch result.</summary>
internal sealed class FinalCheck(Cluster cluster)
{
    private readonly Dictionary<HomeId, HomeState> _homes =
        cluster.Store.Homes.Order().ToDictionary(home => home, home => cluster.Store.Load(home).State);

    /// <summary>Checks everything and returns the canonical state of the live homes.</summary>
    public IReadOnlyList<string> Run(IReadOnlyList<CanonicalEvent> events, IReadOnlySet<CanonicalEvent> acknowledged)
    {
        var live = _homes.Values.Where(home => home.MovedTo is null).OrderBy(home => home.Id).ToList();
        CheckSettled(live);
        var stored = CheckCounts(live, events, acknowledged);
        var expected = CanonicalState.OfEvents(stored, cluster.Policy, out var resolution);
        CheckIdentifiers(live, resolution);
        var found = new CanonicalState();
        foreach (var home in live) found.AddHome(home);
        var (expectedLines, foundLines) = (expected.Lines(), found.Lines());
        foreach (var missing in expectedLines.Except(foundLines)) cluster.Violate($"missing: {missing}");
        foreach (var extra in foundLines.Except(expectedLines)) cluster.Violate($"not in the batch result: {extra}");
        return foundLines;
    }

    private void CheckSettled(List<HomeState> live)
    {
        foreach (var home in live)
        {
            if (home.MovingTo is not null) cluster.Violate($"{Name(home.Id)} is still moving");
            if (home.Joins.HasOpen) cluster.Violate($"{Name(home.Id)} has open joins");
        }

        foreach (var (key, row) in cluster.Store.Rows.OrderBy(pair => pair.Key))
            if (!row.ToDo.IsEmpty) cluster.Violate($"{cluster.World.NameOf(key)} has carriers to tell");
    }

    private List<CanonicalEvent> CheckCounts(
        List<HomeState> live, IReadOnlyList<CanonicalEvent> events, IReadOnlySet<CanonicalEvent> acknowledged)
    {
        var stored = new List<CanonicalEvent>();
        foreach (var one in events)
        {
            var homes = live.Where(home => home.Ledger.Contains(one.Hash)).ToList();
            if (homes.Count == 0 && acknowledged.Contains(one))
                cluster.Violate($"acknowledged and lost: {one.EventId}");
            if (homes.Count > 1)
                cluster.Violate($"{one.EventId} counts in {string.Join(' ', homes.Select(home => Name(home.Id)))}");
            if (homes.Count > 0) stored.Add(one);
        }

        long counted = live.Sum(home => home.Ledger.EventCount);
        var facts = live.Sum(home => home.Ledger.Groups.Sum(group => group.Facts.Count));
        if (counted != stored.Count || facts != stored.Count)
            cluster.Violate($"{stored.Count} events count {counted} times, with {facts} facts");
        return stored;
    }

    private void CheckIdentifiers(List<HomeState> live, Resolution resolution)
    {
        var homesOf = new SortedDictionary<IdentifierKey, List<HomeState>>();
        foreach (var home in live)
        {
            foreach (var key in home.Ledger.Identifiers.Keys)
            {
                if (!homesOf.TryGetValue(key, out var homes)) homesOf.Add(key, homes = []);
                homes.Add(home);
            }
        }

        var generic = resolution.Generic.ToHashSet();
        foreach (var (key, homes) in homesOf)
        {
            var identifier = cluster.World.IdentifierOf(key);
            if (cluster.Policy.IsBlocked(identifier)) continue;
            var row = cluster.Store.RowOf(key);
            var isGeneric = generic.Contains(identifier);
            if (row is null || row.Generic != isGeneric)
                cluster.Violate($"{identifier} is {(isGeneric ? "" : "not ")}generic, its row says otherwise");
            foreach (var home in homes)
                if (home.Joins.IsGeneric(key) != isGeneric)
                    cluster.Violate($"{Name(home.Id)} has the wrong flag for {identifier}");
            if (isGeneric || row is null) continue;
            if (homes.Count != 1 || RootOf(row.Home) != homes[0].Id)
                cluster.Violate($"{identifier} is in {string.Join(' ', homes.Select(home => Name(home.Id)))}"
                    + $" and points at {Name(RootOf(row.Home))}");
        }
    }

    private HomeId RootOf(HomeId home)
    {
        while (_homes.TryGetValue(home, out var state) && state.MovedTo is { } moved) home = moved;
        return home;
    }

    private string Name(HomeId home) => cluster.World.NameOf(home);
}
