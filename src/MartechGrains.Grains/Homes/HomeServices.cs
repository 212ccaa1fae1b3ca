using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Journal;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Sealing;

namespace MartechGrains.Grains.Homes;

/// <summary>What every home on this silo works with.</summary>
/// <param name="Store">The store's reading side.</param>
/// <param name="Writer">The silo's one writer.</param>
/// <param name="WrappingKey">Wraps data keys.</param>
/// <param name="Random">Nonces and data keys.</param>
/// <param name="Policy">The identity policy in force.</param>
/// <param name="Time">The clock.</param>
public sealed record HomeServices(
    IJournalStore Store,
    JournalWriter Writer,
    DeploymentKey WrappingKey,
    RandomFill Random,
    IdentityPolicy Policy,
    TimeProvider Time)
{
    /// <summary>The store's small reads, gathered.</summary>
    public GatheredReads Reads { get; } = new(Store, SnapshotPace.MinUncovered);

    /// <summary>The present, in milliseconds since 1970 UTC.</summary>
    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>A codec before a home's first row.</summary>
    public HomeCodec CodecOf(HomeId home) => new(home, WrappingKey, Random);
}
