using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Adoption;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Reading;
using MartechGrains.Journal.Sealing;
using MartechGrains.Journal.Writing;

namespace MartechGrains.Grains.Homes;

/// <summary>What every home on this silo works with.</summary>
/// <param name="Store">The store's reading side.</param>
/// <param name="Writer">The silo's one writer.</param>
/// <param name="WrappingKey">Wraps data keys.</param>
/// <param name="Random">Nonces and data keys.</param>
/// <param name="Policies">The versions of the identity policy.</param>
/// <param name="Time">The clock.</param>
public sealed record HomeServices(
    IJournalStore Store,
    JournalWriter Writer,
    DeploymentKey WrappingKey,
    RandomFill Random,
    PolicyCache Policies,
    TimeProvider Time)
{
    /// <summary>The store's small reads, gathered.</summary>
    public BatchedReads Reads { get; } = new(Store, HomeMachine.MinUncovered);

    /// <summary>The present, in milliseconds since 1970 UTC.</summary>
    public long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Translates identifiers' rows.</summary>
    public PointerCodec Pointers { get; } = new(WrappingKey, Random);

    /// <summary>Translates decisions' rows.</summary>
    public DecisionCodec Decisions { get; } = new(WrappingKey, Random);

    /// <summary>A codec before a home's first row.</summary>
    public HomeCodec CodecOf(HomeId home) => new(home, WrappingKey, Random);
}
