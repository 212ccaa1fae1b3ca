using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>The machine of a pointer: the one that production runs, or one beside it that breaks a rule.</summary>
internal static class PointerMachines
{
    public static PointerMachine With(Cluster cluster, IdentifierKey key) => cluster.Rules == Rules.All
        ? new PointerMachine(key, cluster.Room)
        : new Broken(cluster, key);

    /// <summary>What a machine wants, or what one wants that breaks a rule about that.</summary>
    public static IEnumerable<PointerEffect> Wanted(Rules rules, IEnumerable<PointerEffect> effects) =>
        rules.AwaitLeaseOfPredecessor ? effects : effects.Where(static effect => effect is not AwaitPointerLeaseEffect);

    private sealed class Broken(Cluster cluster, IdentifierKey key) : PointerMachine(key, cluster.Room)
    {
        internal override PointerChange Join(
            PointerState? state, JoinRequest request, IReadOnlyDictionary<HomeId, Carrier> spilled)
        {
            var rules = cluster.Rules;
            var join = request.Join;
            if (!rules.SupersedeReports && join.Report is { } report)
                join = join with { Report = report with { Superseded = [] } };
            if (!rules.JoinsCarryPolicy && join.Report is null && state is { Rule.PolicyVersion: > 0 })
                join = join with { Rule = state.Rule };
            if (!rules.NewestPolicyStands && state is not null && join.Rule.PolicyVersion < state.Rule.PolicyVersion)
                state = state with { Rule = join.Rule };
            var change = base.Join(state, request with { Join = join }, spilled);
            if (rules.JudgeWhenAllHaveSpoken || !change.State.Inert || change.State.Rule.Blocked
                || change.State.JudgedVersion == change.State.Rule.PolicyVersion) return change;
            var count = new NeighbourCounter(change.State.Rule);
            count.Add(change.State.Carriers.Values.Concat(cluster.Store.CarriersOf(Key).Select(row => row.Value)));
            var judged = PointerRules.Judge(change.State, count.IsReached);
            return judged with { Rows = change.Rows.AddRange(judged.Rows) };
        }

        internal override PointerChange Handled(
            PointerState state, HandledMessage handled, IReadOnlyDictionary<HomeId, Carrier> spilled) =>
            cluster.Rules.HandledForEpoch
                ? base.Handled(state, handled, spilled)
                : PointerRules.Handled(state, handled.Handled, state.Epoch, spilled);

        internal override JoinReply Emit(JoinReply reply)
        {
            if (!reply.Uniting) return reply;
            if (!cluster.Rules.UniteCarriers) return reply with { Uniting = false, Inert = false };
            return cluster.Rules.InertUntilUnited ? reply : reply with { Inert = false };
        }
    }
}
