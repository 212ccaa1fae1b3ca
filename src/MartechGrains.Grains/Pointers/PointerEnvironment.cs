using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Reading;
using MartechGrains.Journal.Writing;

namespace MartechGrains.Grains.Pointers;

/// <summary>What the pointers of a silo work with.</summary>
/// <param name="writer">The silo's one writer.</param>
/// <param name="pointers">Reads carriers.</param>
/// <param name="reads">Its small reads, batched.</param>
/// <param name="codec">Translates rows.</param>
public sealed class PointerEnvironment(
    JournalWriter writer, IPointerReads pointers, BatchedReads reads, PointerCodec codec)
{
    internal JournalWriter Writer { get; } = writer;

    internal IPointerReads Pointers { get; } = pointers;

    internal BatchedReads Reads { get; } = reads;

    internal PointerCodec Codec { get; } = codec;

    /// <summary>Whether the silo may answer (rule H11). One process alone always may.</summary>
#pragma warning disable CA1822 // Of the silo, when there are several.
    internal bool HoldsLease => true;
#pragma warning restore CA1822
}
