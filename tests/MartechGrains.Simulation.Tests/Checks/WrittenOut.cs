using MartechGrains.Core.Identity;
using MartechGrains.Simulation.Tests.Kernel;
using Xunit;

namespace MartechGrains.Simulation.Tests.Checks;

/// <summary>Identifiers for written-out schedules.</summary>
internal static class Names
{
    public static readonly Identifier C1 = Scenario.Crm("1");
    public static readonly Identifier C2 = Scenario.Crm("2");
    public static readonly Identifier C3 = Scenario.Crm("3");
    public static readonly Identifier C4 = Scenario.Crm("4");
    public static readonly Identifier M0 = Scenario.Mail("0");
    public static readonly Identifier M1 = Scenario.Mail("1");
    public static readonly Identifier D1 = Scenario.Device("1");
}

internal static class WrittenOut
{
    /// <summary>The schedule ends well, and without the rule in the given violation.</summary>
    public static void Holds(
        string violation, Func<Rules, Rules> without, Func<Rules, IReadOnlyList<string>> schedule)
    {
        Assert.Empty(schedule(Rules.All));
        Assert.Contains(schedule(without(Rules.All)), found => found.Contains(violation, StringComparison.Ordinal));
    }
}
