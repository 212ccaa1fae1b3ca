namespace MartechGrains.Core.Identity.Resolution;

/// <summary>All that matters of the events that linked one pair.</summary>
/// <param name="Oldest">Smallest event time, in milliseconds since 1970 UTC.</param>
/// <param name="Newest">Largest event time.</param>
public readonly record struct LinkTimes(long Oldest, long Newest);
