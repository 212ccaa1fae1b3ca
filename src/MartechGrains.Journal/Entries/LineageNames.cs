using System.Collections.Frozen;
using MartechGrains.Core.Events;
using Field = MartechGrains.Journal.Entries.Format.Payload.Types.Field;

namespace MartechGrains.Journal.Entries;

/// <summary>
/// Numbers for the names that the lineage of nearly every event consists of, which would take more room than the event
/// itself. Numbers are stored: names are only ever added, at the end. What has no number is stored as text.
/// </summary>
internal static class LineageNames
{
    private const int FieldBits = 8;

    private static readonly string[] Outputs =
    [
        "event_time", "event_id", "fact.class", "fact.channel", "fact.units", "fact.amount", "fact.amount.rounded",
        "fact.currency", "identifier.user_id", "identifier.anonymous_id", "identifier.email", "identifier.phone",
        "identifier.device_id", "identifier.account_id", "identifier.customer_number",
    ];

    private static readonly string[] Fields =
    [
        "timestamp", "originalTimestamp", "received_at", "messageId", "transport", "sha256(content)", "type", "event",
        "name", "channel", "context.channel", "context.library.name", "userId", "anonymousId", "previousId",
        "traits.email", "traits.phone", "context.traits.email", "context.traits.phone", "context.device.id",
        "properties.revenue", "properties.total", "properties.value", "properties.currency", "default_currency",
        "properties.quantity", "properties.products[].quantity", "properties.dwell_seconds", "properties.duration",
        "event_time", "event_id", "event_class", "units", "amount", "identifiers[0]", "identifiers[1]",
        "identifiers[2]", "identifiers[3]", "identifiers[4]", "identifiers[5]", "identifiers[6]", "identifiers[7]",
    ];

    private static readonly FrozenDictionary<string, int> OutputNumbers = Numbers(Outputs);
    private static readonly FrozenDictionary<string, int> FieldNumbers = Numbers(Fields);

    /// <summary>The number of both names together; 0 where either has none, so that they are stored as text.</summary>
    public static uint NumberOf(in SourceField field) =>
        OutputNumbers.TryGetValue(field.Output, out var output) && FieldNumbers.TryGetValue(field.Field, out var source)
            ? (uint)(((output + 1) << FieldBits) | source)
            : 0;

    /// <summary>What a stored form says.</summary>
    /// <exception cref="EntryFormatException">A number that this version does not know.</exception>
    public static SourceField Decode(Field field)
    {
        if (field.Known == 0) return new SourceField(field.Output, field.Field_);
        var (output, source) = (field.Known >> FieldBits, field.Known & ((1u << FieldBits) - 1));
        return output - 1 < Outputs.Length && source < Fields.Length
            ? new SourceField(Outputs[output - 1], Fields[source])
            : throw new EntryFormatException($"A payload names a source field by the unknown number {field.Known}.");
    }

    private static FrozenDictionary<string, int> Numbers(string[] names) =>
        names.Select(static (name, i) => KeyValuePair.Create(name, i)).ToFrozenDictionary(StringComparer.Ordinal);
}
