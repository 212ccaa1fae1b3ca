using MartechGrains.Core.Identity;

namespace MartechGrains.Grains.Walks;

/// <summary>There is more in a home's journals than what was asked for goes through.</summary>
public sealed class JournalTooLongException : Exception
{
    private JournalTooLongException(string message)
        : base(message)
    {
    }

    /// <summary>Names the home and the limit.</summary>
    internal static JournalTooLongException Of(HomeId home, string limit)
    {
        WalkMetrics.TooLong.Add(1);
        return new JournalTooLongException($"Home {home} has {limit}.");
    }
}
