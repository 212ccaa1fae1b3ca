using System.Collections.Immutable;
using System.Globalization;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Tests.Homes;

/// <summary>
/// A random journal of one home: events, confirmations, decisions and retractions, a change of policy, absorbed homes
/// with histories of their own, and the move at its end. A few people share a few identifiers, and values turn generic
/// early, so that reports open again and again.
/// </summary>
internal sealed class HomeHistory
{
    private const int MaxDepth = 2;

    private static readonly long Now = new DateTimeOffset(2026, 3, 17, 9, 30, 0, TimeSpan.Zero)
        .ToUnixTimeMilliseconds();

    private static readonly string[] Currencies = ["", "EUR", "JPY"];

    private readonly Random _random;
    private readonly List<(HomeEntry Entry, AbsorbedHome? Absorbed)> _entries = [];
    private readonly List<(EventApplied Applied, int Seq)> _events = [];
    private readonly HomeState _state;
    private readonly List<Decision> _decisions = [];

    private HomeHistory(HomeId home, Random random, int length, int depth, bool mayMove)
    {
        _random = random;
        _state = new HomeState(home, new IdentityPolicies(Policies.Of(random.Next(3, 5))));
        for (var i = 0; i < length; i++)
        {
            switch (random.Next(14))
            {
                case < 6:
                    Apply();
                    break;
                case < 9:
                    Confirm();
                    break;
                case < 12:
                    Decide();
                    break;
                case < 13:
                    Adopt();
                    break;
                default:
                    if (depth < MaxDepth) Absorb(depth);
                    else Add(new IdentityChanged([], Time));
                    break;
            }
        }
        if (!mayMove || random.Next(3) > 0) return;
        Add(new HomeMoving(Home(0), Time));
        if (random.Next(2) == 0) Add(new HomeMoved(Home(0), Time));
    }

    public static IdentityPolicy Policy { get; } = new(3,
    [
        new NamespacePolicy { Name = "user_id", Priority = 1, MaxPerProfile = 1 },
        new NamespacePolicy { Name = "email", Priority = 2, MaxPerProfile = 1, GenericAfter = 2 },
        new NamespacePolicy
        {
            Name = "device", Priority = 3, GenericAfter = 2, Blocked = new BlockedValues(["device-0"], []),
        },
    ],
    survivorship: new SurvivorshipPolicy(
        ReliabilityTier.Declared,
        new Dictionary<string, ReliabilityTier> { ["app"] = ReliabilityTier.Observed },
        SurvivorshipRule.Reliable,
        new Dictionary<string, SurvivorshipRule> { ["città"] = SurvivorshipRule.Newest }));

    /// <summary>The policy and a later one that blocks no value.</summary>
    public static IdentityPolicies Policies { get; } = new(
        Policy,
        new IdentityPolicy(
            4, Policy.Namespaces.Select(static one => one with { Blocked = BlockedValues.None }),
            survivorship: Policy.Survivorship));

    public IReadOnlyList<(HomeEntry Entry, AbsorbedHome? Absorbed)> Entries => _entries;

    /// <summary>Every event it and the homes it took in have applied, repetitions included.</summary>
    public IReadOnlyList<EventApplied> Events => [.. _events.Select(static held => held.Applied)];

    public HomeId Id => _state.Id;

    public static HomeHistory Of(int seed, int length) =>
        new(Home(7), new Random(seed), length, depth: 0, mayMove: true);

    public static HomeId Home(ulong number) => new(new IdentifierKey(new UInt128(number, 0)));

    /// <summary>The fold of the first entries.</summary>
    public HomeState Fold(int count) => FoldOn(new HomeState(Id, Policies), 0, count);

    /// <summary>Folds entries into a state that has those before.</summary>
    public HomeState FoldOn(HomeState state, int from, int to)
    {
        for (var i = from; i < to; i++) state.Fold(_entries[i].Entry, _entries[i].Absorbed);
        state.Ledger.Refold(_events.Where(held => held.Seq <= to), state.Decisions);
        return state;
    }

    /// <summary>The state after all entries, and a watch that followed each.</summary>
    /// <param name="check">Sees the state before and after each entry, and what the watch told of it.</param>
    public (HomeState State, IdentityWatch Watch) Watch(
        Action<HomeState, HomeState, HomeEntry, ImmutableArray<IdentityChange>>? check = null)
    {
        var state = Fold(0);
        var watch = new IdentityWatch(state);
        for (var i = 0; i < _entries.Count; i++)
        {
            var (entry, absorbed) = _entries[i];
            if (absorbed is not null) watch.TakeIn(absorbed.State);
            FoldOn(state, i, i + 1);
            watch.Follow(entry);
            var changes = watch.TakeChanges();
            check?.Invoke(Fold(i), state, entry, changes);
        }
        return (state, watch);
    }

    private IngestTime Time => HomeRules.TimeOf(_state, Clock());

    private static IdentifierKey KeyOf(Identifier identifier) =>
        new(EventHash.Of(identifier.Namespace, identifier.Value).Bits);

    /// <summary>A clock that now and then goes back.</summary>
    private IngestTime Clock() => new(Now + (_entries.Count * 100) - (_random.Next(4) == 0 ? 1_000 : 0));

    private void Add(HomeEntry entry, AbsorbedHome? absorbed = null)
    {
        _state.Fold(entry, absorbed);
        _entries.Add((entry, absorbed));
        if (absorbed is not null) _events.AddRange(absorbed.Events.Select(inherited => (inherited, _state.Seq)));
        if (entry is EventApplied applied) _events.Add((applied, _state.Seq));
        _state.Ledger.Refold(_events, _state.Decisions);
    }

    private void Apply()
    {
        var one = Event();
        ImmutableArray<IdentifierKey> keys = [.. one.Identifiers.Select(KeyOf)];
        ImmutableArray<IdentifierKey> linkable = [.. keys.Where(_ => _random.Next(4) > 0)];
        if (HomeRules.Apply(_state, new RoutedEvent(one, keys, linkable), Clock()).Entry is { } entry) Add(entry);
    }

    /// <summary>
    /// Retracts an event that is held or may come, or links two identifiers, or undoes what was decided.
    /// </summary>
    private void Decide()
    {
        var decision = _decisions.Count > 0 && _random.Next(3) == 0
            ? _decisions[_random.Next(_decisions.Count)] with { Undone = new OperatorAct("bo", "a slip", new(Now)) }
            : _random.Next(2) == 0 ? Retraction() : Link();
        _decisions.Add(decision);
        var members = decision.Keys.Where(_ => _random.Next(3) > 0);
        if (HomeRules.Decide(_state, new RoutedDecision(decision, [.. members]), Clock()) is { } entry) Add(entry);
    }

    private Decision Retraction()
    {
        var retracted = _events.Count > 0 && _random.Next(4) > 0
            ? _events[_random.Next(_events.Count)].Applied.Event
            : Event();
        return Decision(DecisionKind.Retraction, retracted.Source, retracted.EventId, [.. retracted.Identifiers]);
    }

    private Decision Link()
    {
        var kind = _random.Next(2) == 0 ? DecisionKind.MustLink : DecisionKind.CannotLink;
        var first = AnyIdentifier(_random);
        var other = AnyIdentifier(_random);
        while (other == first) other = AnyIdentifier(_random);
        return Decision(kind, "", "", first, other);
    }

    private Decision Decision(DecisionKind kind, string source, string eventId, params Identifier[] identifiers) => new(
        DecisionId.Of($"{kind} {_random.Next(1000)}"), kind, [.. identifiers], [.. identifiers.Select(KeyOf)], source,
        eventId, new OperatorAct("ada", "because", new(Now)));

    private void Adopt()
    {
        _state.Policies = Policies;
        if (HomeRules.Adopt(_state, Clock()) is { } entry) Add(entry);
    }

    /// <summary>
    /// An event is a function of its source and id, as from producers who never say two things under one id.
    /// </summary>
    private CanonicalEvent Event()
    {
        var (source, id) = (_random.Next(2) == 0 ? "web" : "app", _random.Next(200));
        var content = new Random((id * 2) + (source == "web" ? 1 : 0));
        var identifiers = new SortedSet<Identifier> { AnyIdentifier(content) };
        while (content.Next(2) == 0) identifiers.Add(AnyIdentifier(content));
        var age = content.Next(4) switch
        {
            0 => content.Next(9),
            1 => content.Next(40),
            2 => content.Next(390, 410),
            _ => content.Next(1500),
        };
        var currency = Currencies[content.Next(Currencies.Length)];
        var traits = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (content.Next(3) == 0)
            traits[content.Next(2) == 0 ? "plan" : "città"] = content.Next(3) == 0 ? "null" : $"\"{content.Next(9)}\"";
        var consents = new SortedSet<ConsentStatement>();
        while (content.Next(2) == 0)
            consents.Add(new ConsentStatement(content.Next(2) == 0 ? "ads" : "mail", content.Next(2) == 0));
        return new CanonicalEvent
        {
            Source = source,
            EventId = id.ToString(CultureInfo.InvariantCulture),
            EventTime = new(Now - (age * FactLimits.DayMilliseconds) - content.Next(3)),
            Identifiers = [.. identifiers],
            Fact = new Fact(
                content.Next(2) == 0 ? EventClass.OrderCompleted : EventClass.PageViewed, Channel.Web,
                content.Next(3), currency.Length == 0 ? 0 : content.Next(-500, 5000), currency),
            Name = "any",
            Traits = [.. traits.Select(static trait => new TraitValue(trait.Key, trait.Value))],
            Consents = [.. consents],
            CleaningVersion = 1,
            ContentHash = (ulong)id,
            Raw = default,
        };
    }

    private static Identifier AnyIdentifier(Random random)
    {
        var name = Policy.Namespaces[random.Next(Policy.Namespaces.Length)].Name;
        return new Identifier(name, string.Create(CultureInfo.InvariantCulture, $"{name}-{random.Next(4)}"));
    }

    private void Confirm()
    {
        var open = _state.OpenJoinsOf(_state.Ledger.Identifiers.Keys.Order());
        ImmutableArray<JoinConfirmation> confirmations =
        [
            .. open.Where(_ => _random.Next(2) == 0).Select(join => new JoinConfirmation(
                join.Identifier, join.Member && _random.Next(4) > 0, join.Carrier, _random.Next(3),
                _random.Next(2) == 0, _random.Next(4) > 0 ? join.Report : null)),
        ];
        if (!confirmations.IsEmpty) Add(HomeRules.Confirm(_state, confirmations, Clock()));
    }

    private void Absorb(int depth)
    {
        var loser = new HomeHistory(
            Home((ulong)_random.Next(8, 1000)), _random, _random.Next(12), depth + 1, mayMove: false);
        loser.Add(new HomeMoving(Id, loser.Time));
        _state.Policies = Policies;
        Add(
            HomeRules.Absorb(_state, loser._state, loser._state.MovingHead, [], Clock()),
            new AbsorbedHome(loser._state, [.. loser._events.Select(static held => held.Applied)]));
    }
}
