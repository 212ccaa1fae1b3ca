using System.Collections.Immutable;

namespace MartechGrains.Core.Events;

/// <summary>One step of field lineage: which source field an output was read from.</summary>
/// <param name="Output">
/// The output, such as <c>fact.amount</c>, <c>trait.plan</c> or <c>identifier.email</c>; or what was done to a field
/// instead: <c>ignored.CODE</c> for one that was left out, <c>coerced.HOW</c> for one taken as it is meant.
/// </param>
/// <param name="Field">
/// The path in the source payload, such as <c>properties.revenue</c>; where the output says so, with what was found.
/// </param>
public readonly record struct SourceField(string Output, string Field)
{
    /// <summary>The beginning of outputs of fields that were left out.</summary>
    public const string Ignored = "ignored.";

    /// <summary>The beginning of outputs of fields that were taken as they are meant.</summary>
    public const string Coerced = "coerced.";

    /// <summary>Whether it says that a field was left out or coerced.</summary>
    public bool IsNote => Output.StartsWith(Ignored, StringComparison.Ordinal)
        || Output.StartsWith(Coerced, StringComparison.Ordinal);

    /// <summary>What was left out of an event or coerced; nothing of one that is refused.</summary>
    public static ImmutableArray<SourceField> NotesOf(DecodedEvent decoded)
    {
        if (decoded is not DecodedEvent.Accepted { Event.SourceFields: var steps }) return [];
        // Nearly no event has any.
        ImmutableArray<SourceField>.Builder? notes = null;
        foreach (var step in steps)
            if (step.IsNote) (notes ??= ImmutableArray.CreateBuilder<SourceField>()).Add(step);
        return notes?.DrainToImmutable() ?? [];
    }

    /// <summary>A field that was left out for a fault.</summary>
    public static SourceField LeftOut(EventFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return new SourceField(Ignored + fault.Code, fault.Field);
    }
}
