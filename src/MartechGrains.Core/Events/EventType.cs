namespace MartechGrains.Core.Events;

/// <summary>What a producer calls. The numbers are part of content hashes: never reuse one.</summary>
public enum EventType : byte
{
    /// <summary>Something happened.</summary>
    Track = 0,

    /// <summary>Who the person is.</summary>
    Identify = 1,

    /// <summary>A web page was viewed.</summary>
    Page = 2,

    /// <summary>An app screen was viewed.</summary>
    Screen = 3,

    /// <summary>The person belongs to a group or account.</summary>
    Group = 4,

    /// <summary>Two names are one person.</summary>
    Alias = 5,
}
