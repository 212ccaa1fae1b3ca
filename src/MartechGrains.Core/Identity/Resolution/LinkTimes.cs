using MartechGrains.Core.Time;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>All that matters of the events that linked one pair.</summary>
/// <param name="Oldest">Smallest event time.</param>
/// <param name="Newest">Largest event time.</param>
public readonly record struct LinkTimes(EventTime Oldest, EventTime Newest);
