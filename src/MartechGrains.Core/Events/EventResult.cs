namespace MartechGrains.Core.Events;

/// <summary>What became of one event that was taken in. Each of them is durable when it is told.</summary>
public enum EventStatus
{
    /// <summary>It counts.</summary>
    Accepted = 1,

    /// <summary>An event of this source, id and content was accepted before; that one counts.</summary>
    Duplicate = 2,

    /// <summary>It cannot be used; its bytes and the reason are kept.</summary>
    Quarantined = 3,
}

/// <summary>The result of taking one event in.</summary>
/// <param name="Status">What became of it.</param>
/// <param name="Reason">For <see cref="EventStatus.Quarantined"/>: why.</param>
/// <param name="QuarantineId">For <see cref="EventStatus.Quarantined"/>: under which id it is kept.</param>
public readonly record struct EventResult(
    EventStatus Status, EventFault? Reason = null, Guid? QuarantineId = null);
