using System.Buffers;
using System.Collections.Immutable;
using MartechGrains.Core.Consent;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using static MartechGrains.Core.Homes.State.IdentifierTable;

namespace MartechGrains.Core.Homes.State;

/// <content>
/// The binary form: identifiers by key, groups by ordinal, then the events that no group holds exactly: those that are
/// folded, and those that are retracted.
/// </content>
public sealed partial class HomeLedger
{
    private const int MinIdentifierBytes = IdentifierKey.Size + 2;
    private const int MinGroupBytes = 7;
    private const int MinTraitBytes = 5;
    private const int MinEventBytes = 16 + 8 + 1;
    private const int MinConsentBytes = 5;

    internal void Write(FactWriter writer)
    {
        IdentifierKey[] keys = [.. _identifiers.Keys.Order()];
        var places = new Dictionary<IdentifierKey, int>(keys.Length);
        writer.Unsigned((ulong)keys.Length);
        foreach (var key in keys)
        {
            places.Add(key, places.Count);
            writer.Key(key);
            WriteText(writer, _identifiers[key].Namespace);
            WriteText(writer, _identifiers[key].Value);
        }
        writer.Unsigned((ulong)_groups.Count);
        var facts = new ArrayBufferWriter<byte>();
        foreach (var group in _groups)
        {
            facts.ResetWrittenCount();
            group.Facts.Write(facts);
            WriteGroup(writer, group, places, facts.WrittenSpan);
        }
        var folded = InexactEvents();
        writer.Unsigned((ulong)folded.Count);
        foreach (var hash in folded)
        {
            writer.Hash(hash);
            writer.Fixed(_events[hash].ContentHash);
            writer.Unsigned((ulong)_events[hash].Group);
        }
    }

    internal static HomeLedger Read(ref FactReader reader)
    {
        var ledger = new HomeLedger();
        var known = new (IdentifierKey Key, Identifier Identifier)[reader.Count(MinIdentifierBytes)];
        for (var i = 0; i < known.Length; i++)
        {
            known[i] = (reader.IdentifierKey(), new Identifier(ReadText(ref reader), ReadText(ref reader)));
            reader.Require(i == 0 || known[i - 1].Key < known[i].Key, "identifiers are out of order");
        }
        foreach (var (key, identifier) in known) ledger._identifiers.Add(key, identifier);
        for (var left = reader.Count(MinGroupBytes); left > 0; left--) ledger.ReadGroup(ref reader, known);
        var previous = default(EventHash);
        for (var left = reader.Count(MinEventBytes); left > 0; left--)
        {
            var (hash, content) = (reader.Hash(), reader.Fixed());
            reader.Require(hash >= previous, "events are out of order");
            reader.Require(ledger._groups.Count > 0, "an event of no group");
            var group = (int)reader.Unsigned(ledger._groups.Count - 1);
            var added = ledger._events.TryAdd(hash, new HeldEvent(content, group));
            reader.Require(added, "an event counts twice");
            previous = hash;
        }
        return ledger;
    }

    /// <summary>
    /// Events of which only sums are left, or nothing, sorted; all others stand in their group's exact rows.
    /// </summary>
    private List<EventHash> InexactEvents()
    {
        var exact = 0;
        foreach (var group in _groups) exact += group.Facts.Log.Count;
        if (exact == _events.Count) return [];
        var held = new HashSet<EventHash>(exact);
        foreach (var group in _groups)
            foreach (ref readonly var entry in group.Facts.Log.Entries) held.Add(entry.EventHash);
        var folded = new List<EventHash>(_events.Count - exact);
        foreach (var hash in _events.Keys)
            if (!held.Contains(hash)) folded.Add(hash);
        folded.Sort();
        return folded;
    }

    private static void WriteGroup(
        FactWriter writer, LedgerGroup group, Dictionary<IdentifierKey, int> places, ReadOnlySpan<byte> facts)
    {
        writer.Unsigned((ulong)group.Set.Keys.Length);
        foreach (var key in group.Set.Keys) writer.Unsigned((ulong)places[key]);
        writer.Unsigned(group.IsEmpty ? 0 : (ulong)group.OldestEventTime.Milliseconds);
        writer.Unsigned(group.IsEmpty ? 0 : (ulong)group.NewestEventTime.Milliseconds);
        writer.Unsigned((ulong)facts.Length);
        writer.Bytes(facts);
        writer.Unsigned((ulong)group.Traits.Declared.Count);
        var declared = group.Traits.Declared
            .OrderBy(static pair => pair.Key.Name, StringComparer.Ordinal)
            .ThenBy(static pair => pair.Key.Source, StringComparer.Ordinal);
        foreach (var ((name, _), trait) in declared)
        {
            WriteText(writer, name);
            WriteOrigin(writer, trait.Origin);
            WriteText(writer, trait.Json);
        }
        writer.Unsigned((ulong)group.Consents.Stated.Count);
        foreach (var (statement, origin) in group.Consents.Stated.OrderBy(static pair => pair.Key))
        {
            WriteText(writer, statement.Purpose);
            writer.Byte(statement.IsGranted ? (byte)1 : (byte)0);
            WriteOrigin(writer, origin);
        }
    }

    private void ReadGroup(ref FactReader reader, ReadOnlySpan<(IdentifierKey Key, Identifier Identifier)> known)
    {
        var size = reader.Count(1);
        reader.Require(size > 0 && size <= known.Length, "a group of no or of too many identifiers");
        var keys = ImmutableArray.CreateBuilder<IdentifierKey>(size);
        var identifiers = ImmutableArray.CreateBuilder<Identifier>(size);
        for (var last = -1; keys.Count < size;)
        {
            var place = (int)reader.Unsigned(known.Length - 1);
            reader.Require(place > last, "a group's identifiers are out of order");
            keys.Add(known[place].Key);
            identifiers.Add(known[place].Identifier);
            last = place;
        }
        var set = new IdentifierSet(keys.MoveToImmutable());
        reader.Require(!_groups.TryFind(set, out _), "two groups of the same identifiers");
        var oldest = reader.Time();
        var newest = reader.Time();
        reader.Require(oldest <= newest, "a group's oldest event is newer than its newest");
        var facts = FactGroup.Read(reader.Take(reader.Count(1)));
        foreach (ref readonly var entry in facts.Log.Entries)
        {
            var added = _events.TryAdd(entry.EventHash, new HeldEvent(entry.ContentHash, _groups.Count));
            reader.Require(added, "an event counts twice");
        }
        if (facts.Count == 0) (oldest, newest) = (EventTime.MaxValue, EventTime.MinValue);
        var inOrder = identifiers.MoveToImmutable();
        var group = new LedgerGroup(
            _groups.Count, set, inOrder.Sort(), oldest, newest, facts, ReadTraits(ref reader),
            ReadConsents(ref reader));
        Index(group, set.Keys, inOrder);
    }

    private static GroupTraits ReadTraits(ref FactReader reader)
    {
        var traits = new GroupTraits();
        for (var left = reader.Count(MinTraitBytes); left > 0; left--)
        {
            var name = ReadText(ref reader);
            var added = traits.TryRestore(name, new DeclaredTrait(ReadOrigin(ref reader), ReadText(ref reader)));
            reader.Require(added, "a source declares a trait twice");
        }
        return traits;
    }

    private static GroupConsents ReadConsents(ref FactReader reader)
    {
        var consents = new GroupConsents();
        for (var left = reader.Count(MinConsentBytes); left > 0; left--)
        {
            var statement = new ConsentStatement(ReadText(ref reader), ReadFlag(ref reader));
            var added = consents.TryRestore(statement, ReadOrigin(ref reader));
            reader.Require(added, "a consent statement occurs twice");
        }
        return consents;
    }
}
