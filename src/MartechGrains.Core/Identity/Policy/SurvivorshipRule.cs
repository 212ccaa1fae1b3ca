namespace MartechGrains.Core.Identity.Policy;

/// <summary>Which of several declarations of one trait counts.</summary>
public enum SurvivorshipRule
{
    /// <summary>That of the most reliable source; among equally reliable ones the newest.</summary>
    Reliable = 1,

    /// <summary>The newest, whatever its source.</summary>
    Newest = 2,
}
