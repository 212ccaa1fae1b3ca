namespace MartechGrains.Core.Events;

/// <summary>Why one event waits in quarantine, with all that is needed to keep it and to try it again.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Source">The source it came from.</param>
/// <param name="EventId">The source's id for it, where a valid one could be read, else empty.</param>
/// <param name="Raw">Its bytes as they arrived.</param>
public sealed record QuarantineReason(EventFault Fault, string Source, string EventId, ReadOnlyMemory<byte> Raw)
{
    /// <summary>Stable code.</summary>
    public string Code => Fault.Code;

    /// <summary>Path of the field at fault; may be empty.</summary>
    public string Field => Fault.Field;

    /// <summary>What was found there.</summary>
    public string Kind => Fault.Kind;

    /// <summary>What to send instead.</summary>
    public string Remedy => Fault.Remedy;
}
