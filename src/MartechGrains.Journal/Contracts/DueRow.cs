using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;

namespace MartechGrains.Journal.Contracts;

/// <summary>When a home next wants a turn.</summary>
/// <param name="Home">The home.</param>
/// <param name="DueAt">The moment.</param>
public readonly record struct DueRow(HomeId Home, IngestTime DueAt);
