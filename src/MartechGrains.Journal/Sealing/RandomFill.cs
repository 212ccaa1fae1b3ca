namespace MartechGrains.Journal.Sealing;

/// <summary>
/// Fills a buffer with random bytes. Production passes <see cref="RandomBlock.Fill"/>; a seeded source makes tests
/// repeatable and must never meet real data.
/// </summary>
/// <param name="destination">The buffer.</param>
public delegate void RandomFill(Span<byte> destination);
