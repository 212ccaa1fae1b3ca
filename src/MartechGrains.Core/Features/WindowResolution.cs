namespace MartechGrains.Core.Features;

/// <summary>How finely time was resolved for a value; the coarsest of what contributed.</summary>
public enum WindowResolution
{
    /// <summary>To the millisecond.</summary>
    Exact,

    /// <summary>To the UTC day.</summary>
    Day,

    /// <summary>Not at all: sums older than the day tiles reach past the moment asked for.</summary>
    Lifetime,
}
