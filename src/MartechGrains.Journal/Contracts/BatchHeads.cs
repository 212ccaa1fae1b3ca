using System.Collections.Immutable;
using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Contracts;

/// <summary>What one committed batch appended to.</summary>
/// <param name="Batch">Its number; rises with each batch of the store's one writer, with gaps.</param>
/// <param name="Heads">The homes, each with its last row after the batch.</param>
public sealed record BatchHeads(long Batch, ImmutableArray<HomeHead> Heads);

/// <summary>A home, and the last row that it is known to have had.</summary>
/// <param name="Home">The home.</param>
/// <param name="Seq">The row's sequence number.</param>
public readonly record struct HomeHead(HomeId Home, int Seq);
