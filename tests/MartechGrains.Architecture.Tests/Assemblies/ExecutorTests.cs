using System.Reflection;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Routing;
using MartechGrains.Grains.Routing;
using MartechGrains.Simulation.Tests;
using Xunit;

namespace MartechGrains.Architecture.Tests.Assemblies;

/// <summary>
/// Machines in Core decide; executors carry their effects out, one in a silo and one in the simulator. So that both run
/// the same machines, neither looks into what a machine has in memory, and each has one case for each effect.
/// </summary>
public sealed class ExecutorTests
{
    private const string GrainsRoot = "MartechGrains.Grains.";
    private const string SimulatorRoot = "MartechGrains.Simulation.Tests.Grains.";

    /// <summary>By what a machine wants done: the executor of the grains and that of the simulator.</summary>
    private static readonly (Type Effect, string Grains, string Simulator)[] Pairs =
    [
        (typeof(HomeEffect), "Homes.HomeExecutor", "HomeActivation"),
        (typeof(PointerEffect), "Pointers.PointerExecutor", "PointerActivation"),
        (typeof(RouterStep), "Routing.RouterExecutor", "RouterExecutor"),
    ];

    /// <summary>
    /// What machines have in memory and what they decide by, beside the types of a home's state. Entries of a journal,
    /// with or without their place in it, and carriers are none of it: executors hand them to stores.
    /// </summary>
    private static readonly HashSet<string> StateTypes =
    [
        "MartechGrains.Core.Homes.Machine.HomeRules",
        "MartechGrains.Core.Homes.Views.IdentityPartition",
        "MartechGrains.Core.Homes.Views.IdentityWatch",
        "MartechGrains.Core.Homes.Views.ProfileAssembly",
        "MartechGrains.Core.Pointers.CarrierRoster",
        "MartechGrains.Core.Pointers.NeighbourCounter",
        "MartechGrains.Core.Pointers.PointerRules",
        "MartechGrains.Core.Pointers.PointerState",
        "MartechGrains.Core.Routing.RoutePlanning",
    ];

    public static TheoryData<string, string> Executors
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (effect, grains, simulator) in Pairs)
            {
                data.Add(effect.Name, GrainsRoot + grains);
                data.Add(effect.Name, SimulatorRoot + simulator);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Executors))]
    public void An_executor_knows_effects_and_transport_and_no_state_of_a_machine(string effect, string executor) =>
        Findings.MustBeNone(
            StateUsedBy(Find(executor)), $"{executor} carries each {effect} out; what to do is the machine's.");

    [Theory]
    [MemberData(nameof(Executors))]
    public void An_executor_has_one_case_for_each_effect(string effect, string executor) => Findings.MustBeNone(
        CasesOtherThanOne(Pairs.Single(pair => pair.Effect.Name == effect).Effect, Find(executor)),
        $"A new {effect} is one more case in each of its two executors.");

    /// <summary>
    /// It goes through what a machine reads when it is activated, for readers of evidence: it answers nothing in the
    /// home's name, so it may hand the state over. It looks at nothing in it.
    /// </summary>
    [Fact]
    public void The_loader_of_homes_hands_a_state_over_and_looks_at_nothing_in_it()
    {
        var loader = Find(GrainsRoot + "Homes.HomeLoader");

        Assert.Equal([typeof(HomeState).FullName], StateUsedBy(loader));
        Assert.DoesNotContain(typeof(HomeState), TypeUse.Of(loader).Owners);
        Assert.Equal(
            new HashSet<Type>
            {
                typeof(AwaitLeaseEffect), typeof(ReadRowsEffect), typeof(ReadSnapshotEffect), typeof(LearnPolicyEffect),
            },
            TypeUse.Of(loader).Tests.Where(typeof(HomeEffect).IsAssignableFrom).ToHashSet());
    }

    [Fact]
    public void The_rule_finds_an_executor_that_looks_into_a_state() => Assert.Equal(
        [typeof(HomeState).FullName, typeof(PointerState).FullName], StateUsedBy(typeof(PeekingExecutor)));

    [Fact]
    public void The_rule_finds_an_effect_without_a_case_and_one_with_two()
    {
        var found = CasesOtherThanOne(typeof(PointerEffect), typeof(PeekingExecutor)).ToList();

        Assert.Contains("ReadPointerEffect has 2 cases", found);
        Assert.Contains("WritePointerEffect has 0 cases", found);
        Assert.DoesNotContain(found, static one => one.StartsWith("PointerReplyEffect", StringComparison.Ordinal));
    }

    [Fact]
    public void The_rule_names_types_that_there_are() => Findings.MustBeNone(
        StateTypes.Where(static name => typeof(HomeMachine).Assembly.GetType(name) is null),
        "Name the type as it is called now.");

    private static IEnumerable<string> StateUsedBy(Type executor) => TypeUse.Of(executor).Types.Where(IsState)
        .Select(static type => type.FullName!).Order(StringComparer.Ordinal);

    private static bool IsState(Type type) => StateTypes.Contains(type.FullName!)
        || (type.Namespace == typeof(HomeState).Namespace && !typeof(HomeEntry).IsAssignableFrom(type)
            && type != typeof(JournaledBody));

    private static IEnumerable<string> CasesOtherThanOne(Type effect, Type executor)
    {
        var cases = TypeUse.Of(executor).Tests.CountBy(static type => type).ToDictionary();
        return effect.Assembly.GetTypes()
            .Where(type => !type.IsAbstract && effect.IsAssignableFrom(type))
            .Select(type => (type.Name, Count: cases.GetValueOrDefault(type)))
            .Where(static one => one.Count != 1)
            .Select(static one => $"{one.Name} has {one.Count} cases");
    }

    private static Type Find(string name) => Of(name).GetType(name, throwOnError: true)!;

    private static Assembly Of(string name) => name.StartsWith(SimulatorRoot, StringComparison.Ordinal)
        ? typeof(ScheduleTests).Assembly
        : typeof(RouterExecutor).Assembly;

    /// <summary>What no executor does.</summary>
    private sealed class PeekingExecutor(PointerMachine machine, HomeState home)
    {
        public async Task<int> CarryOutAsync(PointerEffect effect)
        {
            await Task.Yield();
            if (effect is ReadPointerEffect) return home.Seq;
            return effect switch
            {
                ReadPointerEffect => 1,
                PointerReplyEffect when machine.Committed is { } row => row.State.Version,
                _ => throw new ArgumentException("Another effect.", nameof(effect)),
            };
        }
    }
}
