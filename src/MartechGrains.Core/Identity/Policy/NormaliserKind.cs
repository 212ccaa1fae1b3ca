namespace MartechGrains.Core.Identity.Policy;

/// <summary>How the values of a namespace are brought into one spelling before anything else looks at them.</summary>
public enum NormaliserKind
{
    /// <summary>Trimmed, Unicode NFC, 1 to 256 characters, no control characters; case is kept.</summary>
    Opaque = 0,

    /// <summary>As <see cref="Opaque"/>, in lower case.</summary>
    LowercaseOpaque = 1,

    /// <summary>
    /// An e-mail address: lower case, NFC, the domain in its ASCII form. Dots and plus tags are kept.
    /// </summary>
    Email = 2,

    /// <summary>A telephone number in E.164.</summary>
    Phone = 3,

    /// <summary>Taken as it is, 1 to 256 characters of valid Unicode: for data that is already normalised.</summary>
    Verbatim = 4,

    /// <summary>
    /// As <see cref="Opaque"/>; but a value that is an e-mail address is brought into the form of one, and an event
    /// that carries it carries the address too: many log in by their address.
    /// </summary>
    OpaqueOrEmail = 5,
}
