namespace MartechGrains.Core.Identity.Normalisation;

/// <summary>
/// What is wrong with the value of an identifier. The numbers are stored with quarantined events: never reuse one.
/// </summary>
public enum InvalidIdentifierReason
{
    /// <summary>The policy does not know the namespace.</summary>
    UnknownNamespace = 1,

    /// <summary>Nothing is left after trimming.</summary>
    Empty = 2,

    /// <summary>Longer than its kind may be.</summary>
    TooLong = 3,

    /// <summary>Holds control characters.</summary>
    ControlCharacter = 4,

    /// <summary>Is not valid Unicode.</summary>
    InvalidUnicode = 5,

    /// <summary>Not of the form <c>local@domain</c>.</summary>
    EmailForm = 6,

    /// <summary>The part before the @ of an e-mail address is empty, too long, or holds white space.</summary>
    EmailLocalPart = 7,

    /// <summary>The part after the @ of an e-mail address is no domain name.</summary>
    EmailDomain = 8,

    /// <summary>No telephone number.</summary>
    PhoneForm = 9,

    /// <summary>A telephone number without its country code.</summary>
    PhoneCountry = 10,

    /// <summary>A telephone number of a length its country does not have.</summary>
    PhoneLength = 11,

    /// <summary>A telephone number with an extension, which E.164 cannot carry.</summary>
    PhoneExtension = 12,
}

/// <summary>Why a value was refused. Never holds the value itself, so that it may be logged.</summary>
/// <param name="Namespace">The namespace it was given for.</param>
/// <param name="Reason">What is wrong.</param>
/// <param name="ValueKind">What was expected, such as <c>e-mail address</c>.</param>
/// <param name="Remedy">What the sender can do.</param>
public sealed record InvalidIdentifier(
    string Namespace, InvalidIdentifierReason Reason, string ValueKind, string Remedy);
