using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Pointers;

/// <summary>What an identifier's grain shall write: its state, and carriers as rows of their own.</summary>
/// <param name="State">The state as it shall be; where it is the given one, nothing need be written.</param>
/// <param name="Rows">Carriers to write with it.</param>
public readonly record struct PointerChange(
    PointerState State, ImmutableArray<KeyValuePair<HomeId, Carrier>> Rows)
{
    /// <summary>What the row stores once the change is written as a version of it.</summary>
    public PointerSnapshot Written(int version) => new(State with { Version = version });
}

/// <summary>
/// What an identifier's grain answers: pure decisions over its state. Carriers in rows of their own are looked up by
/// the shell, those that <see cref="Spilled"/> names.
/// </summary>
public static class PointerRules
{
    /// <summary>Homes of a request whose carriers <see cref="Join"/> has to know.</summary>
    public static ImmutableArray<HomeId> HomesOf(JoinRequest request) => request.Join.Report is { } report
        ? [request.Home, report.Home, .. report.Superseded]
        : [request.Home];

    /// <summary>Those of the given homes whose carriers are spilled, if they are any.</summary>
    public static ImmutableArray<HomeId> Spilled(PointerState? state, ImmutableArray<HomeId> homes) =>
        state is not { HasSpilled: true }
            ? []
            : [.. homes.Distinct().Where(home => !state.Carriers.ContainsKey(home))];

    /// <summary>A home claims the identifier, or makes itself and its neighbours known there.</summary>
    /// <param name="state">The state; null without a row.</param>
    /// <param name="request">What the home asks.</param>
    /// <param name="spilled">What was found in rows of their own of <see cref="HomesOf"/>.</param>
    /// <param name="room">Most carriers to hold in the state.</param>
    public static PointerChange Join(
        PointerState? state, JoinRequest request, IReadOnlyDictionary<HomeId, Carrier>? spilled = null,
        int room = PointerState.MaxHeld)
    {
        var roster = new CarrierRoster(state ?? PointerState.RegisteredWith(request.Home), spilled, room);
        roster.Adopt(request.Join.Rule);
        var join = request.Join;
        if (join.Member || join.Carrier) roster.Enter(request.Home, join.Rule.PolicyVersion);
        if (join.Report is { } report) roster.Report(report, join.Rule.PolicyVersion);
        return roster.Conclude();
    }

    /// <summary>Moves the pointer after a union, only from where it stands and only to a smaller home.</summary>
    public static PointerState Repoint(PointerState state, HomeId from, HomeId to) =>
        state.Home == from && to < from ? state with { Home = to } : state;

    /// <summary>An operator's decision about the value; once undone, it is undone for good.</summary>
    /// <param name="state">The state; null without a row.</param>
    /// <param name="founder">The home to point at where there is no row.</param>
    /// <param name="decision">The decision, as made or as undone.</param>
    public static PointerChange Decide(PointerState? state, HomeId founder, LinkableDecision decision)
    {
        var known = state ?? PointerState.RegisteredWith(founder);
        if (known.Decisions.TryGetValue(decision.Id, out var taken)
            && (taken.Undone is not null || decision.Undone is null))
            return new PointerChange(known, []);
        var roster = new CarrierRoster(known with { Decisions = known.Decisions.SetItem(decision.Id, decision) }, null);
        return roster.Conclude();
    }

    /// <summary>Whether one more decision about the value is too many.</summary>
    public static bool IsFull(PointerState state, LinkableDecision decision) =>
        state.Decisions.Count >= PointerState.MaxDecisions && !state.Decisions.ContainsKey(decision.Id);

    /// <summary>
    /// Homes have been told of the epoch, or united for it; a late word of an older epoch changes nothing (rule H21).
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="homes">The homes.</param>
    /// <param name="epoch">The epoch they were handled for.</param>
    /// <param name="spilled">Those of them that are spilled carriers.</param>
    public static PointerChange Handled(
        PointerState state, ImmutableArray<HomeId> homes, long epoch,
        IReadOnlyDictionary<HomeId, Carrier>? spilled = null)
    {
        if (state.Epoch != epoch) return new PointerChange(state, []);
        if (state.TellHome)
            return new PointerChange(homes.Contains(state.Home) ? state with { TellHome = false } : state, []);
        var roster = new CarrierRoster(state, spilled);
        foreach (var home in homes) roster.Handle(home, epoch);
        return roster.Conclude();
    }

    /// <summary>The shell has looked for spilled carriers to handle, and found none.</summary>
    public static PointerChange NothingSpilledToDo(PointerState state) =>
        new CarrierRoster(state with { SpilledToDo = false }, null).Conclude();

    /// <summary>
    /// Whether what is held does not tell if the value is generic, so that the neighbours of all carriers are to be
    /// counted by <see cref="Judge"/>: it links and more were reported; or it links nothing, the policy has changed,
    /// and every carrier has spoken under the new one.
    /// </summary>
    public static bool IsToBeJudged(PointerState state)
    {
        if (!state.HasSpilled || state.Rule is not { Blocked: false, GenericAfter: not null }) return false;
        var isJudged = state.JudgedVersion == state.Rule.PolicyVersion;
        return state.Inert ? !isJudged && state.Behind == 0 : state.Uncounted && !(isJudged && state.OverThreshold);
    }

    /// <summary>Takes in what the neighbours of all carriers come to (rule H29).</summary>
    /// <param name="state">The state.</param>
    /// <param name="isGeneric">Whether they are as many as make the value generic.</param>
    public static PointerChange Judge(PointerState state, bool isGeneric)
    {
        var judged = state with
        {
            OverThreshold = isGeneric,
            JudgedVersion = state.Rule.PolicyVersion,
            Uncounted = false,
        };
        return new CarrierRoster(judged, null).Conclude();
    }
}
