using MartechGrains.Core.Identity;
using MartechGrains.Core.Protocol;

namespace MartechGrains.Core.Profiles;

/// <summary>
/// What an identifier's grain answers: pure decisions. Each returns the state as it shall be; where it equals the given
/// one nothing need be written.
/// </summary>
public static class IdentifierDecisions
{
    /// <summary>A home claims the identifier, or makes itself and its neighbours known there.</summary>
    public static IdentifierState Join(IdentifierState? state, JoinRequest request, IdentityPolicy policy)
    {
        var next = state ?? IdentifierState.Claimed(request.Home);
        if (request.Join.Member || request.Join.Carrier) next = Carry(next, request.Home, request.PolicyVersion);
        if (request.Join.Report is { } report) next = Report(next, report, request, policy);
        return next;
    }

    /// <summary>Moves the pointer after a union, only from where it stands and only to a smaller home.</summary>
    public static IdentifierState Repoint(IdentifierState state, HomeId from, HomeId to) =>
        state.Home == from && to < from ? state with { Home = to } : state;

    /// <summary>A home has journaled the epoch; a late word of an older epoch clears nothing (rule H21).</summary>
    public static IdentifierState Notified(IdentifierState state, HomeId home, long epoch) =>
        state.Epoch == epoch && state.ToDo.Contains(home) ? state with { ToDo = state.ToDo.Remove(home) } : state;

    private static IdentifierState Carry(IdentifierState state, HomeId home, int policyVersion)
    {
        if (state.Carriers.ContainsKey(home)) return state;
        var superseded = state.Reports.TryGetValue(home, out var report)
            && report.Version == IdentifierState.Superseded;
        return state with
        {
            Carriers = state.Carriers.Add(home, superseded ? IdentifierState.Superseded : policyVersion),
            ToDo = state.Generic ? state.ToDo.Add(home) : state.ToDo,
        };
    }

    private static IdentifierState Report(
        IdentifierState state, NeighbourReport report, JoinRequest request, IdentityPolicy policy)
    {
        var carriers = state.Carriers;
        var toDo = state.ToDo;
        if (!carriers.ContainsKey(report.Home))
        {
            carriers = carriers.Add(report.Home, request.PolicyVersion);
            if (state.Epoch > 0) toDo = toDo.Add(report.Home);
        }
        var reports = state.Reports;
        if (!reports.TryGetValue(report.Home, out var known) || known.Version < report.Version)
        {
            reports = reports.SetItem(report.Home, new ReportedNeighbours(report.Version, report.Neighbours));
            carriers = carriers.SetItem(report.Home, Math.Max(request.PolicyVersion, carriers[report.Home]));
        }
        foreach (var loser in report.Superseded)
        {
            reports = reports.SetItem(loser, new ReportedNeighbours(IdentifierState.Superseded, []));
            if (carriers.ContainsKey(loser)) carriers = carriers.SetItem(loser, IdentifierState.Superseded);
        }
        var policyVersion = Math.Max(state.PolicyVersion, request.PolicyVersion);
        if (policyVersion == state.PolicyVersion && ReferenceEquals(carriers, state.Carriers)
            && ReferenceEquals(toDo, state.ToDo) && ReferenceEquals(reports, state.Reports))
            return state;
        var next = state with { PolicyVersion = policyVersion, Carriers = carriers, ToDo = toDo, Reports = reports };
        return DecideGeneric(next, policy.GenericAfter(request.Join.Namespace));
    }

    /// <summary>
    /// Generic from <paramref name="genericAfter"/> distinct neighbours of one unique namespace on (rule P2): the epoch
    /// rises and every carrier is to be told. It never goes back by itself; that is an operator's act.
    /// </summary>
    private static IdentifierState DecideGeneric(IdentifierState state, int? genericAfter)
    {
        if (state.Generic) return state;
        var distinct = new HashSet<Neighbour>();
        foreach (var report in state.Reports.Values) distinct.UnionWith(report.Neighbours);
        var perNamespace = new Dictionary<string, int>(StringComparer.Ordinal);
        var most = 0;
        foreach (var neighbour in distinct)
        {
            perNamespace.TryGetValue(neighbour.Namespace, out var count);
            perNamespace[neighbour.Namespace] = ++count;
            most = Math.Max(most, count);
        }
        if (genericAfter is not { } threshold || most < threshold) return state;
        return state with { Generic = true, Epoch = state.Epoch + 1, ToDo = [.. state.Carriers.Keys] };
    }
}
