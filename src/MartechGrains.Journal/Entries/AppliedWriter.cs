using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Journal.Entries.Format;

namespace MartechGrains.Journal.Entries;

/// <summary>
/// Writes the stored form of an event (<see cref="Format.Applied"/>), byte for byte what its messages would give,
/// without making them: events are most of what is ever written.
/// </summary>
internal static class AppliedWriter
{
    /// <summary>The entry.</summary>
    /// <param name="entry">The event.</param>
    /// <param name="group">Its group in the journal.</param>
    /// <param name="isFirst">Whether it is the group's first entry.</param>
    /// <param name="minReader">The oldest reader that understands it; 0 for any.</param>
    /// <param name="sealedState">Its sealed <see cref="Format.State"/>; may be empty.</param>
    /// <param name="sealedPayload">Its sealed <see cref="Format.Payload"/>; may be empty.</param>
    public static byte[] Entry(
        EventApplied entry, JournalGroup group, bool isFirst, uint minReader,
        ReadOnlySpan<byte> sealedState, ReadOnlySpan<byte> sealedPayload)
    {
        var counter = ProtoWriter.Counter;
        Write(ref counter, entry, group, isFirst, sealedState, sealedPayload);
        var whole = ProtoWriter.Counter;
        Begin(ref whole, minReader, counter.Length);
        var bytes = new byte[whole.Length + counter.Length];
        var writer = new ProtoWriter(bytes);
        Begin(ref writer, minReader, counter.Length);
        Write(ref writer, entry, group, isFirst, sealedState, sealedPayload);
        return bytes;
    }

    /// <summary>What folding needs beside the open fields, to be sealed (<see cref="Format.State"/>).</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="applied">The event.</param>
    /// <param name="withIdentifiers">Whether it is its group's first entry.</param>
    public static void State(ref ProtoWriter writer, CanonicalEvent applied, bool withIdentifiers)
    {
        if (withIdentifiers)
            foreach (var (name, value) in applied.Identifiers)
                Pair(ref writer, Format.State.IdentifiersFieldNumber, name, value);
        foreach (var (name, json) in applied.Traits)
            Pair(ref writer, Format.State.TraitsFieldNumber, name, json);
        foreach (var (purpose, isGranted) in applied.Consents)
        {
            var counter = ProtoWriter.Counter;
            Consent(ref counter, purpose, isGranted);
            writer.Begin(Format.State.ConsentsFieldNumber, counter.Length);
            Consent(ref writer, purpose, isGranted);
        }
    }

    /// <summary>What only explanations need, to be sealed (<see cref="Format.Payload"/>).</summary>
    public static void Payload(ref ProtoWriter writer, CanonicalEvent applied)
    {
        writer.Bytes(Format.Payload.RawFieldNumber, applied.Raw.Span);
        foreach (var field in applied.SourceFields)
        {
            var known = LineageNames.NumberOf(field);
            var counter = ProtoWriter.Counter;
            Field(ref counter, field, known);
            writer.Begin(Format.Payload.FieldsFieldNumber, counter.Length);
            Field(ref writer, field, known);
        }
    }

    private static void Begin(ref ProtoWriter writer, uint minReader, int length)
    {
        writer.Number(Format.Entry.MinReaderFieldNumber, minReader);
        writer.Begin(Format.Entry.AppliedFieldNumber, length);
    }

    private static void Write(
        ref ProtoWriter writer, EventApplied entry, JournalGroup group, bool isFirst,
        ReadOnlySpan<byte> sealedState, ReadOnlySpan<byte> sealedPayload)
    {
        var (applied, fact) = (entry.Event, entry.Event.Fact);
        writer.Text(Applied.SourceFieldNumber, applied.Source);
        writer.Text(Applied.EventIdFieldNumber, applied.EventId);
        writer.ZigZag(Applied.EventTimeFieldNumber, applied.EventTime.Milliseconds);
        writer.ZigZag(Applied.IngestDelayFieldNumber, entry.At.AsEventTime() - applied.EventTime);
        writer.Fixed(Applied.ContentHashFieldNumber, applied.ContentHash);
        writer.Number(Applied.EventClassFieldNumber, (uint)fact.Class);
        writer.Number(Applied.ChannelFieldNumber, (uint)fact.Channel);
        writer.ZigZag(Applied.UnitsFieldNumber, fact.Units);
        writer.ZigZag(Applied.AmountMinorFieldNumber, fact.AmountMinor);
        writer.Text(Applied.CurrencyFieldNumber, fact.Currency);
        writer.Text(Applied.NameFieldNumber, applied.Name);
        writer.Number(Applied.CleaningVersionFieldNumber, (uint)applied.CleaningVersion);
        writer.Number(Applied.GroupFieldNumber, (uint)group.Ordinal);
        if (isFirst) writer.Keys(Applied.KeysFieldNumber, entry.Keys.AsSpan());
        Opened(ref writer, entry, group);
        writer.Bytes(Applied.SealedStateFieldNumber, sealedState);
        writer.Bytes(Applied.SealedPayloadFieldNumber, sealedPayload);
        if (entry.Profile is { } profile) writer.Key(Applied.ProfileFieldNumber, profile.Anchor);
        writer.Number(Applied.PolicyVersionFieldNumber, entry.PolicyVersion);
    }

    private static void Opened(ref ProtoWriter writer, EventApplied entry, JournalGroup group)
    {
        Span<byte> codes = stackalloc byte[2 * EventLimits.MaxIdentifiers];
        for (var i = 0; i < entry.Opened.Length; i++)
        {
            var item = entry.Opened[i];
            codes[i] = (byte)((group.Keys.IndexOf(item.Identifier) << 1) | (byte)item.Kind);
        }

        writer.Bytes(Applied.OpenedFieldNumber, codes[..entry.Opened.Length]);
    }

    /// <summary>A message of two texts, the first two fields.</summary>
    private static void Pair(ref ProtoWriter writer, int field, string first, string second)
    {
        var counter = ProtoWriter.Counter;
        counter.Text(1, first);
        counter.Text(2, second);
        writer.Begin(field, counter.Length);
        writer.Text(1, first);
        writer.Text(2, second);
    }

    private static void Consent(ref ProtoWriter writer, string purpose, bool isGranted)
    {
        writer.Text(Format.State.Types.Consent.PurposeFieldNumber, purpose);
        writer.Flag(Format.State.Types.Consent.GrantedFieldNumber, isGranted);
    }

    private static void Field(ref ProtoWriter writer, in SourceField field, uint known)
    {
        if (known != 0)
        {
            writer.Number(Format.Payload.Types.Field.KnownFieldNumber, known);
            return;
        }

        writer.Text(Format.Payload.Types.Field.OutputFieldNumber, field.Output);
        writer.Text(Format.Payload.Types.Field.Field_FieldNumber, field.Field);
    }
}
