using MartechGrains.Core.Time;

namespace MartechGrains.Journal.Contracts;

/// <summary>A refused event, and why it was refused.</summary>
/// <param name="Id">Stable id: made from source, event id or raw bytes, and reason.</param>
/// <param name="Source">The source.</param>
/// <param name="EventId">The event's id, where it could be read, else empty.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="Reason">Stable reason code, such as <c>EVENT_TIME_IN_FUTURE</c>.</param>
/// <param name="Field">The field at fault, such as <c>timestamp</c>; may be empty.</param>
/// <param name="Detail">What was wrong, without personal data.</param>
/// <param name="Raw">The event's bytes as they arrived; empty in lists.</param>
public sealed record QuarantineRow(
    Guid Id,
    string Source,
    string EventId,
    IngestTime ReceivedAt,
    string Reason,
    string Field,
    string Detail,
    ReadOnlyMemory<byte> Raw);
