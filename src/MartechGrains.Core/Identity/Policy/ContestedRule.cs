namespace MartechGrains.Core.Identity.Policy;

/// <summary>
/// Who keeps an identifier that several people claim. Set per namespace of the lower-priority end of a link.
/// </summary>
public enum ContestedRule
{
    /// <summary>The person of the newest event keeps it.</summary>
    LastAuthenticated = 0,

    /// <summary>The person of the oldest event keeps it.</summary>
    First = 1,

    /// <summary>Nobody does: the value is generic once two values of one unique namespace were seen with it.</summary>
    Nobody = 2,
}
