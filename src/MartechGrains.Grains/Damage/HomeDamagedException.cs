using MartechGrains.Core.Identity;

namespace MartechGrains.Grains.Damage;

/// <summary>
/// A home's journal cannot be read to its end: a row is missing, damaged, or not the next one of its chain. Nothing can
/// be asked of the home, or of one that has absorbed it, before the row is back; all other homes go on.
/// </summary>
[GenerateSerializer]
[Alias("martechgrains.damaged")]
public sealed class HomeDamagedException : Exception
{
    /// <summary>The stable code of events that were not kept for it, part of the API.</summary>
    public const string Code = "HOME_DAMAGED";

    /// <summary>Says what to do about it.</summary>
    public const string Remedy =
        "Run 'martech verify' for all that is damaged, and bring the home's rows back from a backup.";

    /// <summary>Names the home by key, and the row.</summary>
    /// <param name="home">The home.</param>
    /// <param name="row">The first row that cannot be read.</param>
    /// <param name="cause">What it met; null where the row is not there.</param>
    public HomeDamagedException(HomeId home, int row, Exception? cause)
        : base($"Row {row} of home {home} is damaged or missing.", cause) => (Home, Row) = (home, row);

    /// <summary>The home whose journal it is.</summary>
    [Id(0)]
    public HomeId Home { get; }

    /// <summary>The first row that is missing, or cannot be read; from 1.</summary>
    [Id(1)]
    public int Row { get; }
}
