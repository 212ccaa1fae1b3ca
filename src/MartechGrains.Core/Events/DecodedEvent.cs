namespace MartechGrains.Core.Events;

/// <summary>What decoding made of one event: <see cref="Accepted"/> or <see cref="Rejected"/>, nothing else.</summary>
public abstract record DecodedEvent
{
    private DecodedEvent()
    {
    }

    /// <summary>The event can be used.</summary>
    /// <param name="Event">The event.</param>
    public sealed record Accepted(CanonicalEvent Event) : DecodedEvent;

    /// <summary>The event cannot be used, and goes to quarantine.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Rejected(QuarantineReason Reason) : DecodedEvent;
}
