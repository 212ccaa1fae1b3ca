using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Machines;

namespace MartechGrains.Core.Pointers;

/// <summary>
/// One activation of an identifier's pointer, without I/O: a message in, effects out. What waits shares one write by
/// compare and set, and at most one is under way: so a value that many people share costs a write per turn, not per
/// person. The grain and the simulator carry the same effects out. Not safe for use by several threads at once, nor
/// while a turn is under way.
/// </summary>
/// <remarks>
/// Where an effect fails the turn is given up, and <see cref="FailTurn"/> tells those who wait for it. After a failed
/// write the machine is to be thrown away.
/// </remarks>
public class PointerMachine
{
    /// <summary>Most messages of one turn.</summary>
    public const int MaxPerTurn = 256;

    /// <summary>Most carriers in rows of their own that one turn writes.</summary>
    public const int MaxCarriersPerTurn = 1024;

    /// <summary>Most operator decisions about one value.</summary>
    public const int MaxDecisions = PointerState.MaxDecisions;

    private static readonly IReadOnlyDictionary<HomeId, Carrier> NoCarriers =
        ImmutableDictionary<HomeId, Carrier>.Empty;

    private readonly IdentifierKey _key;
    private readonly int _room;
    private readonly List<PointerMessage> _turn = [];
    private readonly PointerReplyEffect _reply = new();
    private PointerState? _state;
    private bool _holdsLease;

    /// <summary>The machine of a pointer, to be activated before anything is asked of it.</summary>
    /// <param name="key">The identifier.</param>
    /// <param name="room">Most carriers that the row holds itself.</param>
    public PointerMachine(IdentifierKey key, int room = PointerState.MaxHeld) => (_key, _room) = (key, room);

    /// <summary>What the row stores, as committed; null without a row.</summary>
    public PointerSnapshot? Committed => _state is null ? null : new PointerSnapshot(_state);

    /// <summary>The identifier.</summary>
    public IdentifierKey Key => _key;

    /// <summary>Most carriers that the row holds itself.</summary>
    internal int Room => _room;

    /// <summary>Whether the value may have one more decision, or has this one already.</summary>
    public bool HasRoomFor(LinkableDecision decision) => _state is null || !PointerRules.IsFull(_state, decision);

    /// <summary>Notes whether the silo holds its lease: before a turn, and after each effect that took time.</summary>
    public void Observe(bool holdsLease) => _holdsLease = holdsLease;

    /// <summary>Reads the row, once no activation before it can answer any more.</summary>
    public IEnumerable<PointerEffect> Activate()
    {
        yield return new AwaitPointerLeaseEffect();
        var read = new ReadPointerEffect();
        yield return read;
        _state = read.Reply?.State;
    }

    /// <summary>The next turn: of the messages that wait, as many as one write may serve.</summary>
    public IEnumerable<PointerEffect> TakeTurn(IInbox inbox)
    {
        ArgumentNullException.ThrowIfNull(inbox);
        _turn.Clear();
        var rows = 0;
        while (_turn.Count < MaxPerTurn && inbox.TryPeek(out var next)
            && (_turn.Count == 0 || rows + MostRows(next) <= MaxCarriersPerTurn))
        {
            rows += MostRows(next);
            _turn.Add((PointerMessage)inbox.Take());
        }
        return _holdsLease ? Serve() : Answer();
    }

    /// <summary>Tells whoever waits for the turn that it was given up.</summary>
    public void FailTurn(Exception error)
    {
        foreach (var message in _turn) message.Fail(error);
        _turn.Clear();
    }

    /// <summary>Most carriers that a message writes: those it names, and as many that make room for them.</summary>
    private static int MostRows(Message message) => 2 * ((PointerMessage)message).Homes.Length;

    private IEnumerable<PointerEffect> Serve()
    {
        // Hardly any value has carriers in rows of their own.
        Dictionary<HomeId, Carrier>? spilled = null;
        if (_state is { HasSpilled: true })
        {
            var homes = PointerRules.Spilled(_state, [.. _turn.SelectMany(static one => one.Homes)]);
            if (!homes.IsEmpty)
            {
                var find = new FindCarriersEffect(homes);
                yield return find;
                spilled = new Dictionary<HomeId, Carrier>(find.Reply!);
            }
        }
        var next = _state;
        SortedDictionary<HomeId, Carrier>? rows = null;
        foreach (var message in _turn)
        {
            if (Decide(next, message, spilled ?? NoCarriers) is not { } change) continue;
            next = change.State;
            if (change.Rows.IsEmpty) continue;
            rows ??= [];
            spilled ??= [];
            foreach (var (home, carrier) in change.Rows) rows[home] = spilled[home] = carrier;
        }
        if (WriteOf(next, rows is null ? [] : [.. rows]) is { } write)
        {
            yield return write;
            _state = write.Reply!.State;
        }
        // Who asks so has an answer of a row: this activation is a stale one, or the row was taken away.
        if (_state is null) throw new MissingPointerException(_key);
        if (PointerRules.IsToBeJudged(_state))
            foreach (var effect in Judge()) yield return effect;
        if (_turn.Exists(static message => message.AsksForWork))
            foreach (var effect in LeaveWork()) yield return effect;
        else
            LeaveAnswers(_state.Reply());
        foreach (var effect in Answer()) yield return effect;
    }

    /// <summary>What a message makes of the state; null where there is nothing to make anything of.</summary>
    private PointerChange? Decide(
        PointerState? state, PointerMessage message, IReadOnlyDictionary<HomeId, Carrier> spilled) => message switch
        {
            JoinMessage join => Join(state, join.Request, spilled),
            DecideValueMessage decide => PointerRules.Decide(state, decide.Founder, decide.Decision),
            _ when state is null => null,
            RepointMessage repoint =>
                new PointerChange(PointerRules.Repoint(state, repoint.From, repoint.Target), []),
            HandledMessage handled => Handled(state, handled, spilled),
            _ => new PointerChange(state, []),
        };

    /// <summary>
    /// Counts all carriers where what is held does not tell whether the value is generic. The count ends as soon as it
    /// is enough, so no more is in memory than the neighbours that decide.
    /// </summary>
    private IEnumerable<PointerEffect> Judge()
    {
        var count = new NeighbourCounter(_state!.Rule);
        count.Add(_state.Carriers.Values);
        var read = new ReadCarriersEffect();
        while (!count.IsReached)
        {
            yield return read;
            var page = read.Reply!;
            if (page.Count == 0) break;
            count.Add(page.Select(static row => row.Value));
            read.After = page[^1].Key;
        }
        var judged = PointerRules.Judge(_state, count.IsReached);
        if (WriteOf(judged.State, judged.Rows) is not { } write) yield break;
        yield return write;
        _state = write.Reply!.State;
    }

    /// <summary>Leaves the answers: those who ask for work are told of carriers in rows of their own.</summary>
    private IEnumerable<PointerEffect> LeaveWork()
    {
        var asked = _state!.Reply();
        while (asked.ToDo.IsEmpty && _state.SpilledToDo)
        {
            var find = new FindUnhandledEffect(_state.CarrierEpoch);
            yield return find;
            if (!find.Reply.IsEmpty)
            {
                asked = _state.Reply(find.Reply);
                break;
            }
            var change = PointerRules.NothingSpilledToDo(_state);
            if (WriteOf(change.State, change.Rows) is { } write)
            {
                yield return write;
                _state = write.Reply!.State;
            }
            asked = _state.Reply();
        }
        LeaveAnswers(asked);
    }

    private void LeaveAnswers(JoinReply asked)
    {
        var told = _state!.Reply();
        foreach (var message in _turn) message.Reply = Emit(message.AsksForWork ? asked : told);
    }

    /// <summary>What is to be written; null where nothing has changed. What the row stores then is the state.</summary>
    private WritePointerEffect? WriteOf(PointerState? next, ImmutableArray<KeyValuePair<HomeId, Carrier>> rows) =>
        next is null || (ReferenceEquals(next, _state) && rows.IsEmpty)
            ? null
            : new WritePointerEffect(new PointerChange(next, rows));

    /// <summary>Hands the answers over, if the silo still holds its lease.</summary>
    private IEnumerable<PointerEffect> Answer()
    {
        while (_turn.Count > 0)
        {
            _reply.Message = _turn[0];
            _turn.RemoveAt(0);
            _reply.Message.Refusal = _holdsLease ? Refusal.None : Refusal.NoLease;
            yield return _reply;
        }
        // A pointer outlives its turns by far, and what it holds on to is carried along.
        _reply.Message = null!;
    }

    /// <summary>H20, H29, H32, H33: what a home's word changes.</summary>
    internal virtual PointerChange Join(
        PointerState? state, JoinRequest request, IReadOnlyDictionary<HomeId, Carrier> spilled) =>
        PointerRules.Join(state, request, spilled, _room);

    /// <summary>H21: a carrier is handled for one epoch only.</summary>
    internal virtual PointerChange Handled(
        PointerState state, HandledMessage handled, IReadOnlyDictionary<HomeId, Carrier> spilled) =>
        PointerRules.Handled(state, handled.Handled, handled.Epoch, spilled);

    /// <summary>H18, H22: what is told of a value that is to link again.</summary>
    internal virtual JoinReply Emit(JoinReply reply) => reply;
}
