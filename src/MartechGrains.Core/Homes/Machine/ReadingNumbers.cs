namespace MartechGrains.Core.Homes.Machine;

/// <summary>
/// Numbers the goings-through of journals within one machine, so that an executor can tell which pages continue which.
/// </summary>
internal sealed class ReadingNumbers
{
    /// <summary>The reading that a home begins with, and after which it appends.</summary>
    public const int Own = 0;

    private int _next = Own;

    /// <summary>A number that was not given before.</summary>
    public int Next() => _next++;
}
