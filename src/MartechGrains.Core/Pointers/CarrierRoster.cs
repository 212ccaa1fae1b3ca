using System.Collections.Immutable;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Pointers;

/// <summary>
/// The carriers of one identifier while one message changes them, and what follows for whether the value links.
/// </summary>
internal sealed class CarrierRoster
{
    private readonly IReadOnlyDictionary<HomeId, Carrier> _spilled;
    private readonly Dictionary<HomeId, Carrier> _rows = [];

    private readonly int _room;
    private PointerState _state;

    public CarrierRoster(
        PointerState state, IReadOnlyDictionary<HomeId, Carrier>? spilled, int room = PointerState.MaxHeld)
    {
        _state = state;
        _room = room;
        _spilled = spilled ?? ImmutableDictionary<HomeId, Carrier>.Empty;
    }

    /// <summary>A newer policy version counts from here on; an older one is never gone back to (rule H32).</summary>
    public void Adopt(ValueRule rule)
    {
        if (rule.PolicyVersion <= _state.Rule.PolicyVersion) return;
        _state = _state with
        {
            Rule = rule,
            Behind = _state.Live,
            Uncounted = _state.HasSpilled,
        };
    }

    /// <summary>A home is known as a carrier from here on.</summary>
    public void Enter(HomeId home, int policyVersion)
    {
        if (Find(home) is null) Put(home, null, new Carrier(policyVersion, 0, [], HandledOnEntry));
    }

    /// <summary>A home says which neighbours it has, and which homes it speaks for from here on.</summary>
    public void Report(NeighbourReport report, int policyVersion)
    {
        var known = Find(report.Home);
        if (known is null)
            Put(report.Home, null, new Carrier(policyVersion, report.Version, report.Neighbours, HandledOnEntry));
        else if (known.ReportVersion < report.Version)
            Put(report.Home, known, known with
            {
                PolicyVersion = Math.Max(policyVersion, known.PolicyVersion),
                ReportVersion = report.Version,
                Neighbours = report.Neighbours,
            });
        if (_state.HasSpilled && !report.Neighbours.SequenceEqual(known?.Neighbours ?? []))
            _state = _state with { Uncounted = true };
        foreach (var loser in report.Superseded)
        {
            var carrier = Find(loser);
            if (carrier is null or { IsSuperseded: false }) Put(loser, carrier, Carrier.Moved);
        }
    }

    /// <summary>A carrier was told of the epoch, or united for it.</summary>
    public void Handle(HomeId home, long epoch)
    {
        if (Find(home) is { } known && known.Handled < epoch) Put(home, known, known with { Handled = epoch });
    }

    /// <summary>What follows for whether the value links.</summary>
    public PointerChange Conclude()
    {
        Count();
        var byDecision = _state.IsLinkableByDecision;
        var wantsInert = !byDecision && (_state.Rule.Blocked || _state.OverThreshold);
        if (wantsInert && (!_state.Inert || _state.Uniting))
            Turn(uniting: false);
        else if (!wantsInert && _state is { Inert: true, Uniting: false }
            && (byDecision || _state.JudgedVersion == _state.Rule.PolicyVersion))
            Turn(uniting: true);
        // Homes take a value of which they were told nothing for what the policy says of it.
        if (byDecision && _state is { Epoch: 0, Rule.Blocked: true }) _state = _state with { Epoch = 1 };
        if (_state is { Uniting: true, SpilledToDo: false } && !_state.HeldToDo().Any())
            _state = _state with { Uniting = false, Inert = false, Epoch = _state.Epoch + 1, TellHome = true };
        return new PointerChange(_state, [.. _rows]);
    }

    /// <summary>
    /// A carrier that enters a settled value is told by the answer to its own open join. One that enters while the
    /// others are being united is to be united as well.
    /// </summary>
    private long HandledOnEntry => _state.Uniting ? 0 : _state.CarrierEpoch;

    private Carrier? Find(HomeId home) =>
        _state.Carriers.TryGetValue(home, out var held) || _rows.TryGetValue(home, out held)
            ? held
            : _spilled.GetValueOrDefault(home);

    private void Put(HomeId home, Carrier? known, Carrier carrier)
    {
        Tally(known, -1);
        Tally(carrier, +1);
        if (_state.Carriers.ContainsKey(home) || (known is null && MakeRoom(carrier)))
        {
            _state = _state with { Carriers = _state.Carriers.SetItem(home, carrier) };
            return;
        }

        _rows[home] = carrier;
        _state = _state with
        {
            HasSpilled = true,
            SpilledToDo = _state.SpilledToDo || (!carrier.IsSuperseded && carrier.Handled < _state.CarrierEpoch),
        };
    }

    private void Tally(Carrier? carrier, int sign)
    {
        if (carrier is null or { IsSuperseded: true }) return;
        var behind = carrier.PolicyVersion < _state.Rule.PolicyVersion ? sign : 0;
        _state = _state with { Live = _state.Live + sign, Behind = _state.Behind + behind };
    }

    /// <summary>
    /// Whether a new carrier is held in the state. Where there is no place, one that has moved makes it; a value that
    /// links nothing then spills newcomers, and one that links spills any other, since the newcomer's report decides.
    /// </summary>
    private bool MakeRoom(Carrier newcomer)
    {
        var held = _state.Carriers;
        if (held.Count < _room) return true;
        if (newcomer.IsSuperseded) return false;
        var leaving = held.FirstOrDefault(static pair => pair.Value.IsSuperseded);
        if (leaving.Value is null)
        {
            if (_state.Inert) return false;
            leaving = held.First(pair => pair.Key != _state.Home);
        }

        _rows[leaving.Key] = leaving.Value;
        _state = _state with
        {
            Carriers = held.Remove(leaving.Key),
            HasSpilled = true,
            SpilledToDo = _state.SpilledToDo
                || (!leaving.Value.IsSuperseded && leaving.Value.Handled < _state.CarrierEpoch),
        };
        return true;
    }

    /// <summary>
    /// Neighbours only ever become more under one policy, so a count of those held here that reaches the threshold is
    /// final. One that does not is, where nothing is spilled and every carrier has spoken under the policy; a value
    /// that links need not wait for that, since all its carriers come to be one home.
    /// </summary>
    private void Count()
    {
        var rule = _state.Rule;
        var isJudged = _state.JudgedVersion == rule.PolicyVersion;
        if (isJudged && (_state.OverThreshold || rule.GenericAfter is null)) return;
        var count = new NeighbourCounter(rule);
        count.Add(_state.Carriers.Values);
        var reaches = count.IsReached;
        var isFinal = rule.GenericAfter is null || !_state.Inert || _state is { Behind: 0, HasSpilled: false };
        if (reaches || (!isJudged && isFinal))
            _state = _state with { OverThreshold = reaches, JudgedVersion = rule.PolicyVersion };
    }

    private void Turn(bool uniting)
    {
        var epoch = _state.Epoch + 1;
        _state = _state with
        {
            Epoch = epoch,
            CarrierEpoch = epoch,
            Inert = true,
            Uniting = uniting,
            TellHome = false,
            SpilledToDo = _state.HasSpilled,
        };
    }
}
