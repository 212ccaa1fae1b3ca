using System.Collections.Immutable;
using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Pointers;

/// <summary>
/// The carriers of one identifier while one message changes them, and what follows for whether the value links.
/// </summary>
internal sealed class CarrierRoster
{
    // What the roster changes of the state, so that a message costs one new state, not one for each of its steps.
    private readonly PointerState _given;
    private readonly IReadOnlyDictionary<HomeId, Carrier> _spilled;
    private readonly int _room;
    private Dictionary<HomeId, Carrier>? _rows;
    private ImmutableSortedDictionary<HomeId, Carrier> _carriers;
    private ValueRule _rule;
    private long _epoch;
    private long _carrierEpoch;
    private bool _inert;
    private bool _uniting;
    private bool _tellHome;
    private bool _overThreshold;
    private int _judgedVersion;
    private bool _uncounted;
    private bool _hasSpilled;
    private bool _spilledToDo;
    private int _live;
    private int _behind;

    public CarrierRoster(
        PointerState state, IReadOnlyDictionary<HomeId, Carrier>? spilled, int room = PointerState.MaxHeld)
    {
        _given = state;
        _room = room;
        _spilled = spilled ?? ImmutableDictionary<HomeId, Carrier>.Empty;
        (_carriers, _rule, _epoch, _carrierEpoch) = (state.Carriers, state.Rule, state.Epoch, state.CarrierEpoch);
        (_inert, _uniting, _tellHome) = (state.Inert, state.Uniting, state.TellHome);
        (_overThreshold, _judgedVersion, _uncounted) = (state.OverThreshold, state.JudgedVersion, state.Uncounted);
        (_hasSpilled, _spilledToDo) = (state.HasSpilled, state.SpilledToDo);
        (_live, _behind) = (state.Live, state.Behind);
    }

    /// <summary>A newer policy version counts from here on; an older one is never gone back to (rule H32).</summary>
    public void Adopt(ValueRule rule)
    {
        if (rule.PolicyVersion <= _rule.PolicyVersion) return;
        _rule = rule;
        _behind = _live;
        _uncounted = _hasSpilled;
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
        if (_hasSpilled && !report.Neighbours.SequenceEqual(known?.Neighbours ?? [])) _uncounted = true;
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
        var byDecision = _given.IsLinkableByDecision;
        var wantsInert = !byDecision && (_rule.Blocked || _overThreshold);
        if (wantsInert && (!_inert || _uniting))
            Turn(uniting: false);
        else if (!wantsInert && _inert && !_uniting && (byDecision || _judgedVersion == _rule.PolicyVersion))
            Turn(uniting: true);
        // Homes take a value of which they were told nothing for what the policy says of it.
        if (byDecision && _epoch == 0 && _rule.Blocked) _epoch = 1;
        if (_uniting && !_spilledToDo && !PointerState.HasToDo(_carriers, _carrierEpoch))
        {
            (_uniting, _inert, _tellHome) = (false, false, true);
            _epoch++;
        }
        return new PointerChange(State(), _rows is null ? [] : [.. _rows]);
    }

    private PointerState State()
    {
        var isSame = _carriers == _given.Carriers && _rule == _given.Rule && _epoch == _given.Epoch
            && _carrierEpoch == _given.CarrierEpoch && _inert == _given.Inert && _uniting == _given.Uniting
            && _tellHome == _given.TellHome && _overThreshold == _given.OverThreshold
            && _judgedVersion == _given.JudgedVersion && _uncounted == _given.Uncounted
            && _hasSpilled == _given.HasSpilled && _spilledToDo == _given.SpilledToDo && _live == _given.Live
            && _behind == _given.Behind;
        return isSame
            ? _given
            : _given with
            {
                Carriers = _carriers,
                Rule = _rule,
                Epoch = _epoch,
                CarrierEpoch = _carrierEpoch,
                Inert = _inert,
                Uniting = _uniting,
                TellHome = _tellHome,
                OverThreshold = _overThreshold,
                JudgedVersion = _judgedVersion,
                Uncounted = _uncounted,
                HasSpilled = _hasSpilled,
                SpilledToDo = _spilledToDo,
                Live = _live,
                Behind = _behind,
            };
    }

    /// <summary>
    /// A carrier that enters a settled value is told by the answer to its own open join. One that enters while the
    /// others are being united is to be united as well.
    /// </summary>
    private long HandledOnEntry => _uniting ? 0 : _carrierEpoch;

    private Carrier? Find(HomeId home) =>
        _carriers.TryGetValue(home, out var held) || (_rows is not null && _rows.TryGetValue(home, out held))
            ? held
            : _spilled.GetValueOrDefault(home);

    private void Put(HomeId home, Carrier? known, Carrier carrier)
    {
        Tally(known, -1);
        Tally(carrier, +1);
        if (_carriers.ContainsKey(home) || (known is null && MakeRoom(carrier)))
            _carriers = _carriers.SetItem(home, carrier);
        else
            Spill(home, carrier);
    }

    private void Spill(HomeId home, Carrier carrier)
    {
        (_rows ??= [])[home] = carrier;
        _hasSpilled = true;
        _spilledToDo |= !carrier.IsSuperseded && carrier.Handled < _carrierEpoch;
    }

    private void Tally(Carrier? carrier, int sign)
    {
        if (carrier is null or { IsSuperseded: true }) return;
        _live += sign;
        if (carrier.PolicyVersion < _rule.PolicyVersion) _behind += sign;
    }

    /// <summary>
    /// Whether a new carrier is held in the state. Where there is no place, one that has moved makes it; a value that
    /// links nothing then spills newcomers, and one that links spills any other, since the newcomer's report decides.
    /// </summary>
    private bool MakeRoom(Carrier newcomer)
    {
        if (_carriers.Count < _room) return true;
        if (newcomer.IsSuperseded) return false;
        var leaving = _carriers.FirstOrDefault(static pair => pair.Value.IsSuperseded);
        if (leaving.Value is null)
        {
            if (_inert) return false;
            leaving = _carriers.First(pair => pair.Key != _given.Home);
        }

        _carriers = _carriers.Remove(leaving.Key);
        Spill(leaving.Key, leaving.Value);
        return true;
    }

    /// <summary>
    /// Neighbours only ever become more under one policy, so a count of those held here that reaches the threshold is
    /// final. One that does not is, where nothing is spilled and every carrier has spoken under the policy; a value
    /// that links need not wait for that, since all its carriers come to be one home.
    /// </summary>
    private void Count()
    {
        var isJudged = _judgedVersion == _rule.PolicyVersion;
        if (isJudged && (_overThreshold || _rule.GenericAfter is null)) return;
        var reaches = ReachesThreshold();
        var isFinal = _rule.GenericAfter is null || !_inert || (_behind == 0 && !_hasSpilled);
        if (!reaches && (isJudged || !isFinal)) return;
        (_overThreshold, _judgedVersion) = (reaches, _rule.PolicyVersion);
    }

    /// <summary>Whether carriers held here have as many neighbours as make the value generic.</summary>
    private bool ReachesThreshold()
    {
        if (_rule.GenericAfter is not { } threshold) return false;
        // Nearly all values have fewer neighbours in all than would do: nothing is counted for them.
        var atMost = 0;
        foreach (var (_, carrier) in _carriers) atMost += carrier.Neighbours.Length;
        if (atMost < threshold) return false;
        var count = new NeighbourCounter(_rule);
        count.Add(_carriers.Values);
        return count.IsReached;
    }

    private void Turn(bool uniting)
    {
        _epoch++;
        _carrierEpoch = _epoch;
        _inert = true;
        _uniting = uniting;
        _tellHome = false;
        _spilledToDo = _hasSpilled;
    }
}
