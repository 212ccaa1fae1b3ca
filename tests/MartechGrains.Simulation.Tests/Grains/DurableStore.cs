using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>What survives every crash: journals, identifier rows, rendezvous rows.</summary>
internal sealed class DurableStore(IdentityPolicy policy, Rules rules)
{
    private readonly Dictionary<HomeId, List<HomeEntry>> _journals = [];
    private readonly Dictionary<IdentifierKey, IdentifierState> _rows = [];
    private readonly Dictionary<(IdentifierKey Identifier, EventHash Event), HomeId> _meetings = [];
    private readonly Dictionary<(HomeId Home, int Head), AbsorbedHome> _losers = [];

    public IReadOnlyDictionary<IdentifierKey, IdentifierState> Rows => _rows;

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
        journal.AddRange(entries);
        return true;
    }

    /// <summary>Writes a row whose version is one more than the one that stands; false where it is not.</summary>
    public bool Write(IdentifierKey key, IdentifierState row)
    {
        var standing = _rows.TryGetValue(key, out var known) ? known.Version : 0;
        if (rules.PointerCas && standing != row.Version - 1) return false;
        _rows[key] = row;
        return true;
    }

    public IdentifierState? RowOf(IdentifierKey key) => _rows.GetValueOrDefault(key);

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
    public AbsorbedHome Load(HomeId home, int head = int.MaxValue)
    {
        var state = new HomeState(home, policy);
        var events = new List<EventApplied>();
        var held = new HashSet<EventHash>();
        var journal = JournalOf(home);
        for (var i = 0; i < journal.Count && i < head; i++)
        {
            if (journal[i] is EventApplied applied) Take(applied);
            if (journal[i] is not HomeAbsorbed absorbed)
            {
                state.Fold(journal[i]);
                continue;
            }

            var loser = Loser(absorbed.Loser, absorbed.Head);
            foreach (var inherited in loser.Events) Take(inherited);
            state.Fold(absorbed, loser);
        }

        return new AbsorbedHome(state, events);

        void Take(EventApplied taken)
        {
            if (held.Add(taken.Event.Hash)) events.Add(taken);
        }
    }

    /// <summary>A loser as its winner takes it in; what stands up to its head never changes.</summary>
    public AbsorbedHome Loser(HomeId home, int head)
    {
        if (_losers.TryGetValue((home, head), out var known)) return known;
        var loser = Load(home, head);
        if (!rules.AbsorbByEventId)
            loser = loser with { Events = [.. loser.Events.Select(applied => Copy(applied, home))] };
        if (!rules.OpenJoinsTravel) CloseAll(loser.State);
        _losers.Add((home, head), loser);
        return loser;
    }

    private static EventApplied Copy(EventApplied applied, HomeId home) =>
        applied with { Event = applied.Event with { EventId = $"{applied.Event.EventId} of {home}" } };

    private static void CloseAll(HomeState state) => state.Fold(new JoinsConfirmed(
        [.. state.OpenJoinsOf(state.Joins.OpenIdentifiers()).Select(open => new Core.Protocol.JoinConfirmation(
            open.Identifier, open.Member, open.Carrier, 0, false, open.Report))]));
}
