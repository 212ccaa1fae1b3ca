using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>One activation of an identifier: decide, write by compare and set, answer.</summary>
internal sealed class IdentifierActivation : Activation
{
    private readonly IdentifierKey _key;
    private PointerState? _row;

    public IdentifierActivation(Cluster cluster, IdentifierKey key)
        : base(cluster, Address.Of(key))
    {
        _key = key;
        _row = cluster.Store.RowOf(key);
    }

    protected override bool Interleaves(Request request) => false;

    protected override IEnumerable<Effect> Handle(Turn turn, Request request)
    {
        foreach (var effect in Write(request switch
        {
            JoinIdentifierRequest join => Join(join.Join),
            RepointRequest repoint => Nothing(_row is null
                ? null
                : PointerRules.Repoint(_row, repoint.From, repoint.To)),
            HandledRequest handled => Handled(handled),
            DecideValueRequest decide => PointerRules.Decide(_row, decide.Founder, decide.Decision),
            ToDoRequest => Nothing(_row),
            _ => throw new ArgumentException($"An identifier does not {request}."),
        })) yield return effect;
        if (_row is not null && PointerRules.IsToBeJudged(_row))
            foreach (var effect in Write(PointerRules.Judge(_row, Spilled().Select(pair => pair.Value))))
                yield return effect;
        turn.Value = request switch
        {
            RepointRequest => Done.Instance,
            JoinIdentifierRequest => Reply(_row!.Reply()),
            _ => null,
        };
        // Who asks for more has an answer of a row: without one the activation is a stale one.
        turn.Failed = turn.Value is null && _row is null;
        if (turn.Value is not null || turn.Failed) yield break;
        var page = Page();
        while (page.IsEmpty && _row!.SpilledToDo)
        {
            foreach (var effect in Write(PointerRules.NothingSpilledToDo(_row))) yield return effect;
            page = Page();
        }

        turn.Value = Reply(_row!.Reply(page));
    }

    private PointerChange Join(JoinRequest request)
    {
        var rules = Cluster.Rules;
        var join = request.Join;
        if (!rules.SupersedeReports && join.Report is { } report)
            join = join with { Report = report with { Superseded = [] } };
        if (!rules.JoinsCarryPolicy && join.Report is null && _row is { Rule.PolicyVersion: > 0 })
            join = join with { Rule = _row.Rule };
        var row = _row;
        if (!rules.NewestPolicyStands && row is not null && join.Rule.PolicyVersion < row.Rule.PolicyVersion)
            row = row with { Rule = join.Rule };
        var found = Find(PointerRules.Spilled(row, PointerRules.HomesOf(request)));
        var change = PointerRules.Join(row, request with { Join = join }, found, Cluster.Room);
        if (rules.JudgeWhenAllHaveSpoken || !change.State.Inert || change.State.Rule.Blocked
            || change.State.JudgedVersion == change.State.Rule.PolicyVersion) return change;
        var judged = PointerRules.Judge(change.State, Spilled().Select(pair => pair.Value));
        return judged with { Rows = change.Rows.AddRange(judged.Rows) };
    }

    private PointerChange Handled(HandledRequest handled)
    {
        if (_row is null) return Nothing(null);
        var epoch = Cluster.Rules.HandledForEpoch ? handled.Epoch : _row.Epoch;
        return PointerRules.Handled(
            _row, handled.Homes, epoch, Find(PointerRules.Spilled(_row, handled.Homes)));
    }

    private static PointerChange Nothing(PointerState? row) => new(row!, []);

    /// <summary>Carriers to handle: those held in the row, else some of those in rows of their own.</summary>
    private ImmutableArray<HomeId> Page()
    {
        var held = _row!.Reply().ToDo;
        if (!held.IsEmpty || !_row.SpilledToDo) return held;
        return
        [
            .. Spilled().Where(pair => !pair.Value.IsSuperseded && pair.Value.Handled < _row.CarrierEpoch)
                .Select(pair => pair.Key).Take(2),
        ];
    }

    private Dictionary<HomeId, Carrier> Find(ImmutableArray<HomeId> homes) =>
        homes.IsEmpty ? [] : Spilled().Where(pair => homes.Contains(pair.Key)).ToDictionary();

    private IEnumerable<KeyValuePair<HomeId, Carrier>> Spilled() => Cluster.Store.CarriersOf(_key);

    private JoinReply Reply(JoinReply reply)
    {
        if (!reply.Uniting) return reply;
        if (!Cluster.Rules.UniteCarriers) return reply with { Uniting = false, Inert = false };
        return Cluster.Rules.InertUntilUnited ? reply : reply with { Inert = false };
    }

    private IEnumerable<Effect> Write(PointerChange change)
    {
        if (change.State is null || (ReferenceEquals(change.State, _row) && change.Rows.IsEmpty)) yield break;
        var next = change with { State = change.State with { Version = (_row?.Version ?? 0) + 1 } };
        yield return new CommitEffect(1, _ => Cluster.Store.Write(_key, next));
        _row = next.State;
    }
}
