namespace MartechGrains.Core.Events;

/// <summary>Through what an event reached or came from the person. The numbers are stored: never reuse one.</summary>
public enum Channel : byte
{
    /// <summary>Not told.</summary>
    Unknown = 0,

    /// <summary>A web page.</summary>
    Web = 1,

    /// <summary>A mobile or desktop app.</summary>
    App = 2,

    /// <summary>E-mail.</summary>
    Email = 3,

    /// <summary>A text message.</summary>
    Sms = 4,

    /// <summary>A push notification.</summary>
    Push = 5,

    /// <summary>A message inside the app or page.</summary>
    InApp = 6,

    /// <summary>A server of the source, such as its shop system.</summary>
    Server = 7,

    /// <summary>A shop or other place.</summary>
    Store = 8,
}
