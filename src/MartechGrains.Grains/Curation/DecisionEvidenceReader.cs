using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Routing;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Routing;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Grains.Curation;

/// <summary>Reads, for the checks of decisions, all evidence of the homes that hold some identifiers.</summary>
public sealed class DecisionEvidenceReader(
    IPointerReads pointers, PointerCodec pointerCodec, PolicyCache policies, HomeLoader loader,
    ProfileReader reader, RouterExecutor executor)
{
    /// <summary>Most homes whose evidence is put together; where more carry a value, the answer says so.</summary>
    public const int MaxHomes = 256;

    /// <summary>
    /// The evidence of the homes that speak for identifiers; moves and joins that a crash left are finished first.
    /// </summary>
    /// <exception cref="GrainReloadException">A home kept moving: ask again.</exception>
    public async Task<FoundEvidence> ReadAsync(
        IReadOnlyCollection<IdentifierKey> identifiers, CancellationToken cancellationToken)
    {
        var homes = new SortedSet<HomeId>();
        foreach (var identifier in identifiers)
            if (await reader.FindHomeAsync(identifier, cancellationToken) is { } view) homes.Add(view.Home);
        return await LoadAsync(homes, cancellationToken);
    }

    /// <summary>The evidence of the homes that carry a value, at most <see cref="MaxHomes"/> of them.</summary>
    /// <exception cref="GrainReloadException">A home kept moving: ask again.</exception>
    public async Task<FoundEvidence> ReadCarriersAsync(IdentifierKey value, CancellationToken cancellationToken)
    {
        var homes = new SortedSet<HomeId>();
        if (await reader.FindHomeAsync(value, cancellationToken) is { } view) homes.Add(view.Home);
        var rows = await pointers.ReadPointersAsync([value], cancellationToken);
        if (rows.TryGetValue(value, out var row))
        {
            var state = pointerCodec.Decode(row);
            homes.UnionWith(state.Carriers.Where(static held => !held.Value.IsSuperseded)
                .Select(static held => held.Key));
            if (state.HasSpilled)
            {
                var spilled = await pointers.ReadCarriersAsync(value, null, MaxHomes + 1, cancellationToken);
                homes.UnionWith(spilled.Select(static carrier => carrier.Home));
            }
        }
        return await LoadAsync(homes, cancellationToken);
    }

    /// <summary>An identifier by its key, as the home says that its row names, or the one it has moved to.</summary>
    public async Task<Identifier?> NameAsync(IdentifierKey key, HomeId home, CancellationToken cancellationToken)
    {
        for (var hop = 0; hop < ReadRoutine.MaxHops; hop++)
        {
            var state = await loader.LoadAsync(home, cancellationToken);
            if (state.Ledger.Identifiers.TryGetValue(key, out var identifier)) return identifier;
            if (state.MovedTo is not { } moved) return null;
            home = moved;
        }
        return null;
    }

    private async Task<FoundEvidence> LoadAsync(SortedSet<HomeId> homes, CancellationToken cancellationToken)
    {
        var states = new SortedDictionary<HomeId, HomeState>();
        foreach (var home in homes.Take(MaxHomes))
        {
            // Of a home that another one moved into while this went on, what was loaded before is replaced.
            var state = await LoadRootAsync(home, cancellationToken);
            states[state.Id] = state;
        }
        return new FoundEvidence([.. states.Values], policies.InForce, homes.Count > MaxHomes);
    }

    private async Task<HomeState> LoadRootAsync(HomeId home, CancellationToken cancellationToken)
    {
        for (var hop = 0; hop < ReadRoutine.MaxHops; hop++)
        {
            var state = await loader.LoadAsync(home, cancellationToken);
            var gate = state.Gate;
            if (gate.IsOpen) return state;
            home = gate.Status == HomeStatus.Moving
                ? await executor.RunAsync(new UniteRoutine(home, gate.Target), cancellationToken)
                : gate.Target;
        }
        throw new GrainReloadException($"Evidence was looked for in {ReadRoutine.MaxHops} homes, last in {home}.");
    }
}

/// <summary>The evidence of some homes.</summary>
/// <param name="Homes">The homes, by id.</param>
/// <param name="Policy">The identity policy in force.</param>
/// <param name="Truncated">Whether there are more homes.</param>
public sealed record FoundEvidence(ImmutableArray<HomeState> Homes, IdentityPolicy Policy, bool Truncated)
{
    /// <summary>What their profiles are a function of, taken together.</summary>
    public ResolverInput Input() => JoinedEvidence.Of(Homes, Policy);

    /// <summary>Whether any event has ever carried the identifier, one that was retracted since included.</summary>
    public bool Carries(IdentifierKey identifier) => Homes.Any(
        home => home.Ledger.Groups.Any(group => group.Set.Keys.Contains(identifier)));

    /// <summary>All identifiers of an event; null where none of the homes holds it.</summary>
    public ImmutableArray<Identifier>? IdentifiersOf(EventHash hash) => Homes
        .Select(home => home.Ledger.GroupOf(hash)).FirstOrDefault(static group => group is not null)?.Identifiers;
}
