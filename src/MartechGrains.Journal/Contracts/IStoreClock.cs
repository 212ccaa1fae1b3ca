using MartechGrains.Core.Time;

namespace MartechGrains.Journal.Contracts;

/// <summary>Tells what the store knows of the time, apart from the clock of the node that asks.</summary>
public interface IStoreClock
{
    /// <summary>Asks it.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    Task<StoreClock> ReadClockAsync(CancellationToken cancellationToken = default);
}

/// <summary>What a store knows of the time.</summary>
/// <param name="Now">What its own clock shows; null where it has none but the node's.</param>
/// <param name="Newest">Where it has none, the row that was committed last; null before the first.</param>
public sealed record StoreClock(IngestTime? Now, JournalRow? Newest);
