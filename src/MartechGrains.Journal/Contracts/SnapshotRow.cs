using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Contracts;

/// <summary>A home's newest snapshot. It can always be rebuilt from the journal.</summary>
/// <param name="Home">The home.</param>
/// <param name="Seq">The last journal row it covers.</param>
/// <param name="Format">The snapshot's format version.</param>
/// <param name="Data">The encoded state.</param>
public sealed record SnapshotRow(HomeId Home, int Seq, int Format, ReadOnlyMemory<byte> Data);
