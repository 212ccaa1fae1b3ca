using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;

namespace MartechGrains.Simulation.Tests.Checks;

/// <summary>Profiles, anchors and facts, as sorted lines: what worlds with the same evidence must agree on.</summary>
internal sealed class CanonicalState
{
    private readonly SortedSet<string> _profiles = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, FactGroup> _facts = new(StringComparer.Ordinal);

    /// <summary>The batch result over a set of events, and what it decided to be generic.</summary>
    public static CanonicalState OfEvents(
        IReadOnlyList<CanonicalEvent> events, IdentityPolicy policy, out Resolution resolution)
    {
        resolution = Resolver.Resolve(
            [.. events.Select(one => new EvidenceSet(one.Identifiers, one.EventTime, one.EventTime))],
            IdentityDecisions.None, policy);
        var state = new CanonicalState();
        state.AddProfiles(resolution);
        foreach (var one in events)
            if (Attribution.Owner(one.Identifiers, resolution, policy) is { } owner)
                state.FactsOf(owner).Add(new FactRow(one.EventTime, one.Hash, one.ContentHash, one.Fact, 0));
        return state;
    }

    /// <summary>Adds what a live home shows.</summary>
    public void AddHome(HomeState home)
    {
        var generic = home.Ledger.Identifiers.Where(pair => home.Joins.IsGeneric(pair.Key))
            .Select(pair => pair.Value).ToHashSet();
        var resolution = Resolver.Resolve(
            [.. home.Ledger.Groups.Select(group => group.Evidence)], IdentityDecisions.None, home.Policy, generic);
        AddProfiles(resolution);
        foreach (var group in home.Ledger.Groups)
            if (Attribution.Owner(group.Identifiers, resolution, home.Policy) is { } owner)
                FactsOf(owner).Merge(group.Facts);
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

    private void AddProfiles(Resolution resolution)
    {
        foreach (var profile in resolution.Profiles) _profiles.Add(NameOf(profile));
    }

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
