using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Contracts;

/// <summary>When a home next wants a turn.</summary>
/// <param name="Home">The home.</param>
/// <param name="DueAt">In milliseconds since 1970 UTC.</param>
public readonly record struct DueRow(HomeId Home, long DueAt);
