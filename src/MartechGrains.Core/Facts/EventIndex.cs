using System.Buffers;
using MartechGrains.Core.Events;

namespace MartechGrains.Core.Facts;

/// <summary>
/// All fact groups of one home, and the set of all events they count. One fingerprint an event answers for new events,
/// which are nearly all; a known fingerprint is looked for among the exact rows.
/// A group's ordinal is its place in <see cref="Groups"/> and never changes. Not safe for concurrent use.
/// </summary>
public sealed class EventIndex
{
    private const byte Version = 1;

    private readonly List<FactGroup> _groups = [];
    private readonly FingerprintSet _fingerprints = new();

    /// <summary>The groups, by ordinal. Add events through the index only.</summary>
    public IReadOnlyList<FactGroup> Groups => _groups;

    /// <summary>Distinct fingerprints held.</summary>
    public int Count => _fingerprints.Count;

    /// <summary>Opens an empty group and returns its ordinal.</summary>
    public int OpenGroup()
    {
        _groups.Add(new FactGroup());
        return _groups.Count - 1;
    }

    /// <summary>Whether an event has been counted.</summary>
    /// <param name="hash">Its duplicate key.</param>
    public EventLookup Lookup(EventHash hash)
    {
        if (!_fingerprints.Contains((ulong)hash.Bits))
            return EventLookup.Absent;
        for (var group = 0; group < _groups.Count; group++)
        {
            if (_groups[group].TryFind(hash, out var row))
                return new EventLookup(EventPresence.Present, row.ContentHash, row.Seq, group);
        }

        return EventLookup.Uncertain;
    }

    /// <summary>Counts an event that <see cref="Lookup"/> or the journal has shown to be absent.</summary>
    /// <exception cref="InvalidFactException">A row that no group can hold; nothing has changed.</exception>
    /// <exception cref="ArgumentException">Its group's exact log holds it already; nothing has changed.</exception>
    public void Add(int group, in FactRow row)
    {
        _groups[group].Add(row);
        _fingerprints.Add((ulong)row.EventHash.Bits);
    }

    /// <summary>
    /// Takes an exact event out, as <see cref="FactGroup.TryRemove"/> does; false where the group must be refolded.
    /// </summary>
    public bool TryRemove(int group, EventHash hash)
    {
        if (!_groups[group].TryFind(hash, out var row) || !_groups[group].TryRemove(hash, row.EventTime))
            return false;
        _fingerprints.Remove((ulong)hash.Bits);
        return true;
    }

    /// <summary>
    /// Replaces a group's facts by exactly these rows of the journal, and forgets the events taken out.
    /// </summary>
    /// <param name="group">The group's ordinal.</param>
    /// <param name="rows">All rows that count, in any order.</param>
    /// <param name="removed">Events that counted before and do not any more.</param>
    public void Refold(int group, IEnumerable<FactRow> rows, IEnumerable<EventHash> removed)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(removed);
        FactRow[] all = [.. rows];
        _groups[group].Refold(all);
        foreach (var hash in removed)
            _fingerprints.Remove((ulong)hash.Bits);
        foreach (ref readonly var row in all.AsSpan())
            _fingerprints.Add((ulong)row.EventHash.Bits);
    }

    /// <summary>The events that both homes count, by ascending fingerprint: one copy of each has to go.</summary>
    public IReadOnlyList<EventOverlap> FindOverlaps(EventIndex other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var known = Array.FindAll(other._fingerprints.ToSortedArray(), _fingerprints.Contains);
        if (known.Length == 0)
            return [];
        var shared = new List<EventOverlap>();
        var exactHere = ExactRows();
        var exactThere = other.ExactRows();
        foreach (var fingerprint in known)
        {
            var (here, hashHere) = exactHere.GetValueOrDefault(fingerprint, (-1, null));
            var (there, hashThere) = exactThere.GetValueOrDefault(fingerprint, (-1, null));
            if (hashHere is null || hashThere is null || hashHere == hashThere)
                shared.Add(new EventOverlap(fingerprint, hashHere ?? hashThere, here, there));
        }

        return shared;
    }

    /// <summary>Takes over all groups of another home. The other index is not to be used any more.</summary>
    /// <param name="other">The other home.</param>
    /// <param name="into">
    /// Per group of <paramref name="other"/> the ordinal here of the group with the same identifiers, or -1 for a new
    /// one.
    /// </param>
    /// <param name="distinct">Fingerprints that the journal has shown to be of different events.</param>
    /// <returns>Per group of <paramref name="other"/> its ordinal here.</returns>
    /// <exception cref="InvalidOperationException">An event is counted on both sides; nothing has changed.</exception>
    public IReadOnlyList<int> Absorb(EventIndex other, IReadOnlyList<int> into, IReadOnlySet<ulong> distinct)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(into);
        ArgumentNullException.ThrowIfNull(distinct);
        ArgumentOutOfRangeException.ThrowIfNotEqual(into.Count, other._groups.Count);
        if (FindOverlaps(other).Any(overlap => !distinct.Contains(overlap.Fingerprint)))
            throw new InvalidOperationException("Both homes count an event; take one copy out before they are united.");
        var ordinals = new int[into.Count];
        for (var i = 0; i < into.Count; i++)
        {
            ordinals[i] = into[i] >= 0 ? into[i] : OpenGroup();
            _groups[ordinals[i]].Merge(other._groups[i]);
        }

        foreach (var fingerprint in other._fingerprints.ToSortedArray())
            _fingerprints.Add(fingerprint);
        return ordinals;
    }

    /// <summary>Writes groups and fingerprints, for a snapshot.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var writer = new FactWriter(output);
        writer.Byte(Version);
        writer.Unsigned((ulong)_groups.Count);
        foreach (var group in _groups)
        {
            var bytes = new ArrayBufferWriter<byte>();
            group.Write(bytes);
            writer.Unsigned((ulong)bytes.WrittenCount);
            output.Write(bytes.WrittenSpan);
        }

        var fingerprints = _fingerprints.ToSortedArray();
        writer.Unsigned((ulong)fingerprints.Length);
        foreach (var fingerprint in fingerprints)
            writer.Fixed(fingerprint);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FactFormatException">Other bytes.</exception>
    public static EventIndex Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new FactReader(bytes);
        reader.Require(reader.Byte() == Version, "unknown version");
        var index = new EventIndex();
        var groups = reader.Count(bytesEach: 2);
        for (var i = 0; i < groups; i++)
            index._groups.Add(FactGroup.Read(reader.Take(reader.Count(bytesEach: 1))));
        var fingerprints = reader.Count(bytesEach: 8);
        for (var i = 0; i < fingerprints; i++)
            reader.Require(index._fingerprints.Add(reader.Fixed()), "a fingerprint is repeated");
        reader.Require(reader.AtEnd, "bytes follow the end");
        foreach (var group in index._groups)
        {
            foreach (ref readonly var entry in group.Log.Entries)
            {
                reader.Require(
                    index._fingerprints.Contains((ulong)entry.EventHash.Bits), "an event has no fingerprint");
            }
        }

        return index;
    }

    private Dictionary<ulong, (int Group, EventHash? Hash)> ExactRows()
    {
        var rows = new Dictionary<ulong, (int Group, EventHash? Hash)>();
        for (var group = 0; group < _groups.Count; group++)
        {
            foreach (ref readonly var entry in _groups[group].Log.Entries)
                rows[(ulong)entry.EventHash.Bits] = (group, entry.EventHash);
        }

        return rows;
    }
}
