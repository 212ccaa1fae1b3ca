namespace MartechGrains.Core.Events;

/// <summary>Why an event cannot be used: stable codes, part of the API. Never rename one.</summary>
public static class QuarantineCodes
{
    /// <summary>Not JSON, not UTF-8, not an object, or nested too deeply.</summary>
    public const string MalformedPayload = "MALFORMED_PAYLOAD";

    /// <summary>Larger than <see cref="EventLimits.MaxEventBytes"/>.</summary>
    public const string EventTooLarge = "EVENT_TOO_LARGE";

    /// <summary>The event's id is too long or has control characters.</summary>
    public const string InvalidEventId = "INVALID_EVENT_ID";

    /// <summary>The event's type is missing or not known.</summary>
    public const string UnknownEventType = "UNKNOWN_EVENT_TYPE";

    /// <summary>A field that the type requires is missing, null or empty.</summary>
    public const string MissingField = "MISSING_FIELD";

    /// <summary>A field has another JSON type than its meaning needs.</summary>
    public const string WrongType = "WRONG_TYPE";

    /// <summary>A value is outside its bounds.</summary>
    public const string OutOfRange = "OUT_OF_RANGE";

    /// <summary>A time cannot be read.</summary>
    public const string InvalidEventTime = "INVALID_EVENT_TIME";

    /// <summary>
    /// The event time is more than <see cref="EventLimits.MaxAheadMilliseconds"/> ahead of its receipt.
    /// </summary>
    public const string EventTimeInFuture = "EVENT_TIME_IN_FUTURE";

    /// <summary>The event time is before <see cref="EventLimits.MinEventTime"/>.</summary>
    public const string EventTimeTooOld = "EVENT_TIME_TOO_OLD";

    /// <summary>No identifier is given, or only empty ones.</summary>
    public const string NoIdentifier = "NO_IDENTIFIER";

    /// <summary>The identity policy has no namespace of this name.</summary>
    public const string UnknownNamespace = "UNKNOWN_NAMESPACE";

    /// <summary>An identifier's value does not fit its namespace.</summary>
    public const string InvalidIdentifier = "INVALID_IDENTIFIER";

    /// <summary>All identifiers are blocked values.</summary>
    public const string OnlyBlockedIdentifiers = "ONLY_BLOCKED_IDENTIFIERS";

    /// <summary>More than <see cref="EventLimits.MaxIdentifiers"/> identifiers.</summary>
    public const string TooManyIdentifiers = "TOO_MANY_IDENTIFIERS";

    /// <summary>An amount is negative or too large, or its currency is not a currency code.</summary>
    public const string InvalidAmount = "INVALID_AMOUNT";

    /// <summary>More values of one namespace than the identity policy allows one profile.</summary>
    public const string NamespaceLimitExceeded = "NAMESPACE_LIMIT_EXCEEDED";

    /// <summary>An event of this source and id was accepted with other content; the first stands.</summary>
    public const string ConflictingDuplicate = "CONFLICTING_DUPLICATE";
}
