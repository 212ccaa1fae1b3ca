namespace MartechGrains.Core.Events;

/// <summary>What is wrong with an event or a request, and what to do. Never carries a value of the payload.</summary>
/// <param name="Code">Stable code, such as those of <see cref="QuarantineCodes"/>.</param>
/// <param name="Field">Path of the field at fault, such as <c>properties.products[2].quantity</c>; may be
/// empty.</param>
/// <param name="Kind">What was found there, such as <c>string</c> or <c>missing</c>.</param>
/// <param name="Remedy">One sentence for people: what to send instead.</param>
public sealed record EventFault(string Code, string Field, string Kind, string Remedy)
{
    /// <summary>Of two bodies under one (source, event id) the one that does not stand.</summary>
    public static EventFault ConflictingDuplicate { get; } = new(
        QuarantineCodes.ConflictingDuplicate, "event_id", "other content than the first delivery had",
        "give every event an id of its own; the first delivery stands");
}
