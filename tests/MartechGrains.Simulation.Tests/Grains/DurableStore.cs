using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>What survives every crash: journals, identifier rows with their carriers, rendezvous rows.</summary>
internal sealed class DurableStore(Cluster cluster)
{
    private readonly Dictionary<HomeId, List<HomeEntry>> _journals = [];
    private readonly Dictionary<IdentifierKey, PointerState> _rows = [];
    private readonly Dictionary<(IdentifierKey Identifier, HomeId Home), Carrier> _carriers = [];
    private readonly Dictionary<(IdentifierKey Identifier, EventHash Event), HomeId> _meetings = [];
    private readonly Dictionary<(HomeId Home, int Head), AbsorbedHome> _losers = [];

    private Rules Rules => cluster.Rules;

    public IReadOnlyDictionary<IdentifierKey, PointerState> Rows => _rows;

    public IReadOnlyCollection<HomeId> Homes => _journals.Keys;

    public IReadOnlyList<HomeEntry> JournalOf(HomeId home) =>
        _journals.TryGetValue(home, out var journal) ? journal : [];

    public int HeadOf(HomeId home) => _journals.TryGetValue(home, out var journal) ? journal.Count : 0;

    /// <summary>
    /// Appends behind sequence number <paramref name="after"/>; false where another has written there.
    /// </summary>
    public bool Append(HomeId home, int after, IEnumerable<HomeEntry> entries)
    {
        if (HeadOf(home) != after) return false;
        if (!_journals.TryGetValue(home, out var journal)) _journals.Add(home, journal = []);
        foreach (var entry in entries)
        {
            if (journal.Count > 0 && entry.At < journal[^1].At)
                cluster.Violate($"{cluster.NameOf(Address.Of(home))} goes back in time");
            journal.Add(entry);
        }

        return true;
    }

    /// <summary>
    /// Writes a row whose version is one more than the one that stands, with its carriers; false where it is not.
    /// </summary>
    public bool Write(IdentifierKey key, PointerChange change)
    {
        var standing = _rows.TryGetValue(key, out var known) ? known.Version : 0;
        if (Rules.PointerCas && standing != change.State.Version - 1) return false;
        _rows[key] = change.State;
        foreach (var (home, carrier) in change.Rows) _carriers[(key, home)] = carrier;
        return true;
    }

    public PointerState? RowOf(IdentifierKey key) => _rows.GetValueOrDefault(key);

    /// <summary>Carriers in rows of their own, by home.</summary>
    public IEnumerable<KeyValuePair<HomeId, Carrier>> CarriersOf(IdentifierKey key) =>
        _carriers.Where(pair => pair.Key.Identifier == key)
            .Select(pair => KeyValuePair.Create(pair.Key.Home, pair.Value)).OrderBy(pair => pair.Key);

    /// <summary>Reads and writes that go past the grains.</summary>
    public object Handle(Request request)
    {
        switch (request)
        {
            case ReadRowRequest read:
                return new RowReply(RowOf(read.Identifier));
            case InsertRowRequest insert:
                return _rows.TryAdd(insert.Identifier, insert.Row);
            case MeetRequest meet:
                _meetings.TryAdd((meet.Identifier, meet.Event), meet.Home);
                return _meetings[(meet.Identifier, meet.Event)];
            default:
                throw new ArgumentException($"The store does not {request}.");
        }
    }

    /// <summary>Folds a home's journal up to <paramref name="head"/>, with the events of all it took in.</summary>
    public AbsorbedHome Load(HomeId home, int head = int.MaxValue, bool withDecisions = true)
    {
        var state = new HomeState(home, cluster.Policies);
        var history = new History();
        var journal = JournalOf(home);
        for (var i = 0; i < journal.Count && i < head; i++)
        {
            if (journal[i] is DecisionTaken && !withDecisions) continue;
            if (journal[i] is EventApplied applied) history.Add(applied, i + 1);
            if (journal[i] is not HomeAbsorbed absorbed)
            {
                state.Fold(journal[i]);
                continue;
            }

            var loser = Loser(absorbed.Loser, absorbed.Head);
            foreach (var inherited in loser.Events) history.Add(inherited, i + 1);
            state.Fold(absorbed, loser);
        }

        if (state.Ledger.IsStale) state.Ledger.Refold(history.Rows, state.Decisions);
        return new AbsorbedHome(state, [.. history.Rows.Select(row => row.Applied)]);
    }

    /// <summary>Folds what is stale of a home anew, from its journal as it stands.</summary>
    public void Refold(HomeState state)
    {
        if (!state.Ledger.IsStale) return;
        var history = new History();
        var journal = JournalOf(state.Id);
        for (var i = 0; i < journal.Count; i++)
        {
            if (journal[i] is EventApplied applied) history.Add(applied, i + 1);
            if (journal[i] is not HomeAbsorbed absorbed) continue;
            foreach (var inherited in Loser(absorbed.Loser, absorbed.Head).Events) history.Add(inherited, i + 1);
        }

        state.Ledger.Refold(history.Rows, state.Decisions);
    }

    /// <summary>A loser as its winner takes it in; what stands up to its head never changes.</summary>
    public AbsorbedHome Loser(HomeId home, int head)
    {
        if (_losers.TryGetValue((home, head), out var known)) return known;
        var loser = Load(home, head, Rules.DecisionsTravel);
        if (!Rules.AbsorbByEventId)
            loser = loser with { Events = [.. loser.Events.Select(applied => Copy(applied, home))] };
        if (!Rules.OpenJoinsTravel) CloseAll(loser.State);
        _losers.Add((home, head), loser);
        return loser;
    }

    /// <summary>All that is open of a home, as if its pointers had confirmed it.</summary>
    public static JoinsConfirmed AllConfirmed(HomeState state) => new(
        [.. state.OpenJoinsOf(state.Joins.OpenIdentifiers()).Select(open => new JoinConfirmation(
            open.Identifier, open.Member, open.Carrier, 0, false, open.Report))],
        state.NewestTime);

    private static EventApplied Copy(EventApplied applied, HomeId home) =>
        applied with { Event = applied.Event with { EventId = $"{applied.Event.EventId} of {home}" } };

    private static void CloseAll(HomeState state) => state.Fold(AllConfirmed(state));

    /// <summary>Events with the rows that brought them, each once.</summary>
    private sealed class History
    {
        private readonly HashSet<EventHash> _held = [];

        public List<(EventApplied Applied, int Seq)> Rows { get; } = [];

        public void Add(EventApplied applied, int seq)
        {
            if (_held.Add(applied.Event.Hash)) Rows.Add((applied, seq));
        }
    }
}
