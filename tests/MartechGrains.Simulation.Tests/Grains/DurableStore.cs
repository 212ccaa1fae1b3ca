using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;
using MartechGrains.Simulation.Tests.Kernel;

namespace MartechGrains.Simulation.Tests.Grains;

/// <summary>What survives every crash: journals, pointer rows with their carriers, rendezvous rows.</summary>
internal sealed class DurableStore(Cluster cluster)
{
    private readonly Dictionary<HomeId, List<HomeEntry>> _journals = [];
    private readonly Dictionary<IdentifierKey, PointerState> _rows = [];
    private readonly Dictionary<(IdentifierKey Identifier, HomeId Home), Carrier> _carriers = [];
    private readonly Dictionary<(IdentifierKey Identifier, EventHash Event), HomeId> _meetings = [];

    private readonly HashSet<(EventHash Event, ulong Content)> _quarantine = [];

    private Rules Rules => cluster.Rules;

    /// <summary>What homes are by their journals.</summary>
    public FoldedHomes Folded { get; } = new(cluster);

    public IReadOnlyDictionary<IdentifierKey, PointerState> Pointers => _rows;

    public IReadOnlyCollection<HomeId> Homes => _journals.Keys;

    public IReadOnlyList<HomeEntry> JournalOf(HomeId home) =>
        _journals.TryGetValue(home, out var journal) ? journal : [];

    public int HeadOf(HomeId home) => _journals.TryGetValue(home, out var journal) ? journal.Count : 0;

    /// <summary>
    /// Appends behind sequence number <paramref name="after"/>; false where another has written there.
    /// </summary>
    public bool Append(
        HomeId home, int after, IEnumerable<HomeEntry> entries, IEnumerable<CanonicalEvent>? displaced = null)
    {
        if (HeadOf(home) != after) return false;
        if (!_journals.TryGetValue(home, out var journal)) _journals.Add(home, journal = []);
        journal.AddRange(entries);
        foreach (var body in displaced ?? []) Quarantine(body);
        return true;
    }

    /// <summary>Keeps an event that does not count.</summary>
    public void Quarantine(CanonicalEvent body) => _quarantine.Add((body.Hash, body.ContentHash));

    /// <summary>Whether an event is kept that does not count, or did not.</summary>
    public bool IsQuarantined(CanonicalEvent body) => _quarantine.Contains((body.Hash, body.ContentHash));

    /// <summary>
    /// Writes a row as a version that is one more than the one that stands, with its carriers; false where it is not.
    /// </summary>
    public bool Write(IdentifierKey key, PointerChange change, int version)
    {
        var standing = _rows.TryGetValue(key, out var known) ? known.Version : 0;
        if (Rules.PointerCas && standing != version - 1) return false;
        _rows[key] = change.Written(version).State;
        foreach (var (home, carrier) in change.Rows) _carriers[(key, home)] = carrier;
        return true;
    }

    public PointerState? RowOf(IdentifierKey key) => _rows.GetValueOrDefault(key);

    /// <summary>A row with its version; null and 0 without one.</summary>
    public (PointerSnapshot? Row, int Version) Read(IdentifierKey key) =>
        _rows.TryGetValue(key, out var row) ? (new PointerSnapshot(row), row.Version) : (null, 0);

    /// <summary>What routers see of a row; null without one.</summary>
    public PointerView? ViewOf(IdentifierKey key) => RowOf(key)?.View;

    /// <summary>Inserts a row, unless there is one.</summary>
    public bool Insert(IdentifierKey key, PointerChange row) => _rows.TryAdd(key, row.Written(1).State);

    /// <summary>Where an event was first sent; there from now on, if it was sent nowhere.</summary>
    public HomeId Meet(IdentifierKey meeting, EventHash sent, HomeId home)
    {
        _meetings.TryAdd((meeting, sent), home);
        return _meetings[(meeting, sent)];
    }

    /// <summary>Carriers in rows of their own, by home.</summary>
    public IEnumerable<KeyValuePair<HomeId, Carrier>> CarriersOf(IdentifierKey key) =>
        _carriers.Where(pair => pair.Key.Identifier == key)
            .Select(pair => KeyValuePair.Create(pair.Key.Home, pair.Value)).OrderBy(pair => pair.Key);

    /// <summary>The next page of a journal, as the machine of a home reads it.</summary>
    /// <param name="read">What it reads.</param>
    /// <param name="reader">The home that reads; others are those it absorbs.</param>
    /// <param name="head">Where the reader's own journal ends for it.</param>
    public IReadOnlyList<HomeEntry> Rows(ReadRowsEffect read, HomeId reader, int head = int.MaxValue)
    {
        var upTo = read.Home == reader ? Math.Min(head, read.UpTo) : read.UpTo;
        var page = JournalOf(read.Home).Take(upTo).Skip(read.After).Take(ReadRowsEffect.PageSize);
        return read.Home == reader ? [.. page] : [.. page.Select(entry => AsAbsorbed(entry, read.Home))];
    }

    /// <summary>An entry of a home that another takes in, as it is without some rules about that.</summary>
    private HomeEntry AsAbsorbed(HomeEntry entry, HomeId home) => entry switch
    {
        EventApplied applied => applied with
        {
            Event = Rules.AbsorbByEventId
                ? applied.Event
                : applied.Event with { EventId = $"{applied.Event.EventId} of {home}" },
            Opened = Rules.OpenJoinsTravel ? applied.Opened : [],
        },
        DecisionTaken taken when !Rules.DecisionsTravel => new JoinsConfirmed([], taken.At),
        DecisionTaken taken when !Rules.OpenJoinsTravel => taken with { Opened = [] },
        _ => entry,
    };
}
