using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Simulation.Tests.Checks;

/// <summary>Profiles, anchors and facts, as sorted lines: what worlds with the same evidence must agree on.</summary>
internal sealed class CanonicalState
{
    private readonly SortedSet<string> _profiles = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, FactGroup> _facts = new(StringComparer.Ordinal);

    /// <summary>The batch result over a set of events.</summary>
    /// <param name="events">All that are held, retracted and displaced ones included.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="generic">The values that are generic.</param>
    /// <param name="isRetracted">Whether an event counts for nothing; it still counts as neighbours.</param>
    /// <param name="decisions">The decisions in force.</param>
    public static CanonicalState OfEvents(
        IReadOnlyList<CanonicalEvent> events, IdentityPolicy policy, out HashSet<Identifier> generic,
        Func<CanonicalEvent, bool>? isRetracted = null, IdentityDecisions? decisions = null)
    {
        decisions ??= IdentityDecisions.None;
        generic = [.. Resolver.Resolve(
            Evidence(events), new IdentityDecisions([], [], decisions.LinkableValues), policy).Generic];
        var counting = events.Where(one => isRetracted?.Invoke(one) != true).ToList();
        var resolution = Resolver.Resolve(Evidence(counting), decisions, policy, generic);
        var state = new CanonicalState();
        state.AddLinkable(resolution);
        foreach (var one in counting)
            if (Attribution.Owner(one.Identifiers, resolution, policy) is { } owner)
                state.FactsOf(owner).Add(new FactRow(one.EventTime, one.Hash, one.ContentHash, one.Fact, 0));
        return state;
    }

    /// <summary>Adds what a live home shows.</summary>
    public void AddHome(HomeState home)
    {
        var resolution = ProfileAssembly.InputOf(home, withOpenJoins: true).Resolve();
        AddLinkable(resolution);
        foreach (var group in home.Ledger.Groups)
            if (!group.IsEmpty && Attribution.Owner(group.Identifiers, resolution, home.Policy) is { } owner)
                FactsOf(owner).Merge(group.Facts);
    }

    /// <summary>
    /// Several homes may carry an inert value, and each shows it; it is somebody only by facts of its own.
    /// </summary>
    private void AddLinkable(ResolvedPartition resolution)
    {
        foreach (var profile in resolution.Profiles)
            if (resolution.IsLinkable(profile.Anchor)) _profiles.Add(NameOf(profile));
    }

    /// <summary>Sorted lines: profiles with their anchors first, then the facts of each.</summary>
    public IReadOnlyList<string> Lines()
    {
        var lines = new List<string>(_profiles);
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var (profile, facts) in _facts)
        {
            bytes.Clear();
            facts.WriteCanonical(bytes);
            var digest = Convert.ToHexStringLower(SHA256.HashData(bytes.WrittenSpan));
            lines.Add($"{profile} counts {facts.Count}: {digest}");
        }

        return lines;
    }

    private static EvidenceSet[] Evidence(IEnumerable<CanonicalEvent> events) =>
        [.. events.Select(one => new EvidenceSet(one.Identifiers, one.EventTime, one.EventTime))];

    private FactGroup FactsOf(ResolvedProfile profile)
    {
        var name = NameOf(profile);
        if (!_facts.TryGetValue(name, out var facts)) _facts.Add(name, facts = new FactGroup());
        return facts;
    }

    private static string NameOf(ResolvedProfile profile)
    {
        var name = new StringBuilder($"profile {profile.Anchor}:");
        foreach (var identifier in profile.Identifiers) name.Append(' ').Append(identifier.ToString());
        return name.ToString();
    }
}
