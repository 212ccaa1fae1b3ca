namespace MartechGrains.Core.Identity.Policy;

/// <summary>
/// How far a source can be believed in what it declares, and a namespace's values to name the person. The smaller
/// number is the more reliable one.
/// </summary>
public enum ReliabilityTier
{
    /// <summary>A system of record or a login vouches for it.</summary>
    Verified = 1,

    /// <summary>The person stated it.</summary>
    Declared = 2,

    /// <summary>It was seen on a device or in a browser, which may be shared.</summary>
    Observed = 3,
}
