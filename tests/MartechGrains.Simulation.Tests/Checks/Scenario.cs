using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
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
}

/// <summary>The events, policy and faults of one seed.</summary>
internal sealed record Scenario(
    IReadOnlyList<CanonicalEvent> Events, IdentityPolicy Policy, FaultRates Rates, double DuplicateProducers)
{
    private static readonly Dictionary<int, IdentityPolicy> Policies =
        new[] { 0, 2, 3 }.ToDictionary(genericAfter => genericAfter, PolicyOf);

    /// <summary>The policy with the given threshold for mail addresses and devices; 0 for never generic.</summary>
    public static IdentityPolicy PolicyWith(int genericAfter) => Policies[genericAfter];

    public static Identifier Crm(string value) => new("crm", value);

    public static Identifier Mail(string value) => new("mail", value);

    public static Identifier Device(string value) => new("device", value);

    public static Scenario OfSeed(ScenarioKind kind, Dice dice) => kind switch
    {
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
        ScenarioKind.Hub => new Scenario(
            Hub(dice, 4 + dice.Next(6)), PolicyWith(dice.Pick(2, 2, 3)),
            new FaultRates
            {
                Message = dice.Pick(0.01, 0.03, 0.06),
                Crash = dice.Pick(0, 0.003),
                Slow = dice.Pick(0.02, 0.1),
                RouterDeath = 0.06,
                StaleRow = dice.Pick(0, 0.3),
            },
            0.5),
        _ => OfMixed(dice),
    };

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

    private static IdentityPolicy PolicyOf(int genericAfter)
    {
        int? after = genericAfter == 0 ? null : genericAfter;
        return new IdentityPolicy(1,
        [
            new NamespacePolicy { Name = "crm", Priority = 1, MaxPerProfile = 1 },
            new NamespacePolicy { Name = "mail", Priority = 2, GenericAfter = after },
            new NamespacePolicy
            {
                Name = "device", Priority = 3, GenericAfter = after, Blocked = new BlockedValues(["none"], []),
            },
        ]);
    }
}
