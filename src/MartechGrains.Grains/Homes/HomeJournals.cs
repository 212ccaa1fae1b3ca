using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Reading;
using MartechGrains.Journal.Sealing;

namespace MartechGrains.Grains.Homes;

/// <summary>The journals of the store, as homes read them.</summary>
/// <param name="store">Reads journals.</param>
/// <param name="reads">Its small reads, batched.</param>
/// <param name="snapshots">Reads and writes snapshots.</param>
/// <param name="wrapping">Wraps data keys.</param>
/// <param name="random">Nonces and data keys.</param>
public sealed class HomeJournals(
    IJournalReads store, BatchedReads reads, HomeSnapshots snapshots, DeploymentKey wrapping, RandomFill random)
{
    internal HomeJournal Of(HomeId home) => new(home, store, reads, snapshots, wrapping, random);
}
