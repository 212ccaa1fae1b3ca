namespace MartechGrains.Core.Events;

/// <summary>
/// What became of one event that was sent. Each of them is durable when it is told, but for those not kept.
/// </summary>
public enum EventStatus
{
    /// <summary>It counts.</summary>
    Accepted = 1,

    /// <summary>An event of this source, id and content was accepted before; that one counts.</summary>
    Duplicate = 2,

    /// <summary>It cannot be used; its bytes and the reason are kept.</summary>
    Quarantined = 3,

    /// <summary>It could not be kept, for a fault of the server's that is its home's alone: send it again.</summary>
    NotKept = 4,
}

/// <summary>The result of taking one event in.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Reason">For <see cref="EventStatus.Quarantined"/> and <see cref="EventStatus.NotKept"/>: why.</param>
/// <param name="QuarantineId">For <see cref="EventStatus.Quarantined"/>: under which id it is kept.</param>
public readonly record struct EventResult(
    EventStatus Status, EventFault? Reason = null, Guid? QuarantineId = null);
