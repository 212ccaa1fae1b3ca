using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Checks;

/// <summary>What the events of a run are about.</summary>
public enum ScenarioKind
{
    /// <summary>Many people, few devices, any policy and any rate of faults.</summary>
    Mixed,

    /// <summary>Values that turn generic while their events are under way, and routers that die often.</summary>
    GenericTransitions,

    /// <summary>One shared value, whose carriers live in several homes once it is generic.</summary>
    Hub,

    /// <summary>Retractions, must-links and cannot-links, made and undone while events are under way.</summary>
    Decisions,

    /// <summary>Inert values made linkable, and inert again; retractions and links as well.</summary>
    LinkableValues,

    /// <summary>Two changes of the policy on their way at once, among events, retractions and decisions.</summary>
    Policies,

    /// <summary>Ids that come with several bodies, to homes that meet sooner or later.</summary>
    Conflicts,
}

/// <summary>What operators do in a run.</summary>
internal sealed record Acts
{
    public static readonly Acts None = new();

    /// <summary>Events to retract; perhaps before they come, and perhaps taken back.</summary>
    public IReadOnlyList<(CanonicalEvent Event, bool Early, bool Undo)> Retractions { get; init; } = [];

    public IReadOnlyList<(DecisionKind Kind, Identifier One, Identifier Other, bool Undo)> Links { get; init; } = [];

    public IReadOnlyList<(Identifier Value, bool Undo)> LinkableValues { get; init; } = [];

    /// <summary>Policies after the first, by version.</summary>
    public IReadOnlyList<IdentityPolicy> Policies { get; init; } = [];
}

/// <summary>The events, policy and faults of one seed.</summary>
internal sealed record Scenario(
    IReadOnlyList<CanonicalEvent> Events, IdentityPolicy Policy, FaultRates Rates, double DuplicateProducers)
{
    private static readonly Dictionary<int, IdentityPolicy> Policies =
        new[] { 0, 2, 3 }.ToDictionary(genericAfter => genericAfter, static genericAfter => PolicyOf(genericAfter));

    /// <summary>What operators do.</summary>
    public Acts Acts { get; init; } = Acts.None;

    /// <summary>The policy with the given threshold for mail addresses and devices; 0 for never generic.</summary>
    public static IdentityPolicy PolicyWith(int genericAfter) => Policies[genericAfter];

    /// <summary>A later policy; the weaker two namespaces may change ranks.</summary>
    public static IdentityPolicy LaterPolicy(int version, int genericAfter, bool isMailWeakest = false)
    {
        var policy = PolicyOf(genericAfter, version, "none");
        return !isMailWeakest ? policy : new IdentityPolicy(version, policy.Namespaces.Select(one => one.Name switch
        {
            "mail" => one with { Priority = 3 },
            "device" => one with { Priority = 2 },
            _ => one,
        }));
    }

    public static Identifier Crm(string value) => new("crm", value);

    public static Identifier Mail(string value) => new("mail", value);

    public static Identifier Device(string value) => new("device", value);

    public static Scenario OfSeed(ScenarioKind kind, Dice dice)
    {
        var scenario = WithoutLeases(kind, dice);
        return scenario.Rates == FaultRates.None
            ? scenario
            : scenario with { Rates = scenario.Rates with { Lease = dice.Pick(0, 0.005, 0.02) } };
    }

    private static Scenario WithoutLeases(ScenarioKind kind, Dice dice) => kind switch
    {
        ScenarioKind.Decisions => WithDecisions(dice.Chance(0.5) ? OfMixed(dice) : OfHub(dice), dice),
        ScenarioKind.LinkableValues => WithLinkableValues(dice.Chance(0.3) ? OfMixed(dice) : OfHub(dice), dice),
        ScenarioKind.Policies => WithPolicies(dice.Chance(0.4) ? OfMixed(dice) : OfHub(dice), dice),
        ScenarioKind.GenericTransitions => new Scenario(
            GenericTransitions(dice, 2 + dice.Next(6)), PolicyWith(2),
            new FaultRates
            {
                Message = 0.1,
                Crash = 0.003,
                Slow = 0.1,
                RouterDeath = 0.12,
                StaleRow = dice.Pick(0, 0.5),
            },
            0.5),
        ScenarioKind.Hub => OfHub(dice),
        ScenarioKind.Conflicts => WithConflicts(dice.Chance(0.7) ? OfMixed(dice) : OfHub(dice), dice),
        _ => OfMixed(dice),
    };

    private static Scenario OfHub(Dice dice) => new(
        Hub(dice, 4 + dice.Next(6)), PolicyWith(dice.Pick(2, 2, 3)),
        new FaultRates
        {
            Message = dice.Pick(0.01, 0.03, 0.06),
            Crash = dice.Pick(0, 0.003),
            Slow = dice.Pick(0.02, 0.1),
            RouterDeath = 0.06,
            StaleRow = dice.Pick(0, 0.3),
        },
        0.5);

    /// <summary>Some events come under the id of another one before them.</summary>
    private static Scenario WithConflicts(Scenario scenario, Dice dice)
    {
        var share = dice.Pick(0.3, 0.6);
        CanonicalEvent[] events = [.. scenario.Events];
        for (var i = 1; i < events.Length; i++)
        {
            if (!dice.Chance(share)) continue;
            var (id, amount) = (events[dice.Next(i)].EventId, 10 + i);
            events[i] = World.Event(id, events[i].EventTime.Milliseconds, amount, [.. events[i].Identifiers]);
        }

        return scenario with { Events = events };
    }

    private static Scenario WithDecisions(Scenario scenario, Dice dice)
    {
        var share = dice.Pick(0.2, 0.5, 0.8);
        var early = dice.Pick(0, 0.3);
        var retractions = new List<(CanonicalEvent, bool, bool)>();
        foreach (var one in scenario.Events)
            if (dice.Chance(share)) retractions.Add((one, dice.Chance(early), dice.Chance(0.4)));
        var identifiers = scenario.Events.SelectMany(one => one.Identifiers).Append(Crm("9")).Distinct().Order()
            .ToArray();
        var links = new List<(DecisionKind, Identifier, Identifier, bool)>();
        for (var left = dice.Next(4); left > 0 && identifiers.Length > 1; left--)
        {
            dice.Shuffle(identifiers);
            links.Add((dice.Pick(DecisionKind.MustLink, DecisionKind.CannotLink), identifiers[0], identifiers[1],
                dice.Chance(0.4)));
        }

        return scenario with { Acts = scenario.Acts with { Retractions = retractions, Links = links } };
    }

    private static Scenario WithLinkableValues(Scenario scenario, Dice dice)
    {
        var values = new List<(Identifier, bool)>();
        for (var left = 1 + dice.Next(3); left > 0; left--)
            values.Add((dice.Pick(Device("0"), Device("0"), Device("1"), Device("none"), Mail("0")), dice.Chance(0.5)));
        if (dice.Chance(0.4)) scenario = WithDecisions(scenario, dice);
        return scenario with { Acts = scenario.Acts with { LinkableValues = values } };
    }

    private static Scenario WithPolicies(Scenario scenario, Dice dice)
    {
        if (dice.Chance(0.3)) scenario = WithDecisions(scenario, dice);
        if (dice.Chance(0.2)) scenario = WithLinkableValues(scenario, dice);
        var policies = new List<IdentityPolicy> { PolicyOf(dice, 2) };
        if (dice.Chance(0.5)) policies.Add(PolicyOf(dice, 3));
        return scenario with { Acts = scenario.Acts with { Policies = policies } };
    }

    private static Scenario OfMixed(Dice dice)
    {
        var message = dice.Pick(0, 0.02, 0.05, 0.1);
        var rates = message == 0
            ? FaultRates.None
            : new FaultRates
            {
                Message = message,
                Crash = dice.Pick(0, 0.003, 0.02),
                Slow = dice.Pick(0, 0.02, 0.1),
                RouterDeath = message / 3,
                StaleRow = dice.Pick(0, 0.2, 0.5),
            };
        var events = Mixed(dice, dice.Pick(2, 3, 3, 4, 4, 5, 6, 8, 12));
        return new Scenario(events, PolicyWith(dice.Pick(0, 2, 3)), rates, dice.Pick(0.3, 0.8));
    }

    internal static List<CanonicalEvent> Mixed(Dice dice, int count)
    {
        var (people, mails, devices) = dice.Pick((4, 2, 3), (3, 1, 1), (6, 2, 1), (2, 1, 2));
        var known = dice.Pick(0.55, 0.3);
        return Make(dice, count, () =>
        {
            var identifiers = new List<Identifier>();
            if (dice.Chance(known)) identifiers.Add(Crm($"{dice.Next(people)}"));
            if (dice.Chance(0.65)) identifiers.Add(Mail($"{dice.Next(mails)}"));
            if (dice.Chance(0.65)) identifiers.Add(Device($"{dice.Next(devices)}"));
            if (identifiers.Count == 0) identifiers.Add(Device("0"));
            if (dice.Chance(0.1)) identifiers.Add(Device("none"));
            return identifiers;
        });
    }

    internal static List<CanonicalEvent> GenericTransitions(Dice dice, int count) => Make(dice, count, () =>
    {
        var mail = Mail(dice.Chance(0.2) ? "1" : "0");
        var person = Crm($"{dice.Next(3)}");
        var device = Device($"{dice.Next(2)}");
        return dice.NextDouble() switch
        {
            < 0.45 => [mail, device],
            < 0.75 => [person, mail],
            < 0.95 => [person, device],
            _ => [Device("0"), Device("1")],
        };
    });

    internal static List<CanonicalEvent> Hub(Dice dice, int count) => Make(dice, count, () =>
    {
        var (person, mail) = (Crm($"{dice.Next(4)}"), Mail($"{dice.Next(3)}"));
        return dice.NextDouble() switch
        {
            < 0.40 => [person, Device("0")],
            < 0.65 => [mail, Device("0")],
            < 0.75 => [person, mail],
            < 0.85 => [Device("0"), Device("1")],
            < 0.95 => [mail, Device("1")],
            _ => [Device("0")],
        };
    });

    private static List<CanonicalEvent> Make(Dice dice, int count, Func<List<Identifier>> identifiers)
    {
        var events = new List<CanonicalEvent>(count);
        for (var i = 0; i < count; i++)
        {
            var time = dice.Chance(0.7) ? i : dice.Next(count);
            events.Add(World.Event($"e{i}", time, 1 + dice.Next(8), [.. identifiers()]));
        }

        return events;
    }

    private static IdentityPolicy PolicyOf(Dice dice, int version)
    {
        var policy = PolicyOf(
            dice.Pick(0, 2, 2, 3), version, blocked: dice.Pick<string[]>(["none"], ["none", "0"], []));
        if (dice.Chance(0.6)) return policy;
        var (people, mails) = dice.Pick<(int?, int?)>((1, null), (2, null), (1, 1), (null, 1));
        var isMailWeakest = dice.Chance(0.5);
        return new IdentityPolicy(version, policy.Namespaces.Select(one => one.Name switch
        {
            "crm" => one with { MaxPerProfile = people },
            "mail" => one with { MaxPerProfile = mails, Priority = isMailWeakest ? 3 : 2 },
            _ => one with { Priority = isMailWeakest ? 2 : 3 },
        }));
    }

    private static IdentityPolicy PolicyOf(int genericAfter, int version = 1, params string[] blocked)
    {
        int? after = genericAfter == 0 ? null : genericAfter;
        return new IdentityPolicy(version,
        [
            new NamespacePolicy { Name = "crm", Priority = 1, MaxPerProfile = 1 },
            new NamespacePolicy { Name = "mail", Priority = 2, GenericAfter = after },
            new NamespacePolicy
            {
                Name = "device", Priority = 3, GenericAfter = after,
                Blocked = new BlockedValues(version == 1 ? ["none"] : blocked, []),
            },
        ]);
    }
}
