namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// Compares pairs by <see cref="LinkTable.PairKey"/>. By itself a number of 64 bits is hashed to its one half
/// exclusive-or its other: of the pairs of a set, whose numbers lie together, thousands would come to the same.
/// </summary>
internal sealed class PairComparer : IEqualityComparer<long>
{
    private const ulong Odd = 0x9E37_79B9_7F4A_7C15; // 2^64 over the golden ratio: Knuth's multiplicative hashing

    public static PairComparer Instance { get; } = new();

    public bool Equals(long x, long y) => x == y;

    public int GetHashCode(long obj) => (int)(unchecked((ulong)obj * Odd) >> 32);
}
