using MartechGrains.Core.Identity;

namespace MartechGrains.Grains.Adoption;

/// <summary>Where a home stands among all, without counting them.</summary>
internal static class HomeOrder
{
    /// <summary>
    /// About which part of all homes stands up to this one, 0 to 1: ids are keyed hashes, and so spread evenly.
    /// </summary>
    public static double FractionUpTo(HomeId home) => (double)home.Founder.Bits / (double)UInt128.MaxValue;
}
