using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Entries;

/// <summary>
/// The hash chain of a home's journal: each row's hash is SHA-256 over the hash before it and the row's entry. The
/// chain starts at the SHA-256 of the home's id, so a journal cannot be passed off as another home's. Wrapped keys are
/// not covered: destroying one leaves the chain whole.
/// </summary>
public static class HashChain
{
    /// <summary>Length in bytes of every hash.</summary>
    public const int Size = Sha256.Size;

    /// <summary>The hash before a home's first row.</summary>
    public static byte[] Genesis(HomeId home)
    {
        Span<byte> id = stackalloc byte[IdentifierKey.Size];
        home.Founder.Write(id);
        var hash = new byte[Size];
        Sha256.Of(id, hash);
        return hash;
    }

    /// <summary>
    /// The hash of the row that holds <paramref name="entry"/> and follows <paramref name="previous"/>.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="previous"/> has not <see cref="Size"/> bytes.</exception>
    public static byte[] Next(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> entry)
    {
        var hash = new byte[Size];
        Next(previous, entry, hash);
        return hash;
    }

    /// <summary>As the other overload, into a buffer of at least <see cref="Size"/> bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="previous"/> has not <see cref="Size"/> bytes.</exception>
    public static void Next(ReadOnlySpan<byte> previous, ReadOnlySpan<byte> entry, Span<byte> destination)
    {
        if (previous.Length != Size)
            throw new ArgumentException($"A hash has {Size} bytes, not {previous.Length}.", nameof(previous));
        Sha256.Of(previous, entry, destination);
    }

    /// <summary>Checks a home's journal from its first row.</summary>
    /// <returns>The seq of the first row that is missing or does not fit; null where all fit.</returns>
    public static int? Verify(IEnumerable<JournalRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        byte[]? previous = null;
        HomeId home = default;
        var seq = 1;
        foreach (var row in rows)
        {
            if (previous is null)
                (home, previous) = (row.Home, Genesis(row.Home));
            var expected = Next(previous, row.Entry.Span);
            if (row.Home != home || row.Seq != seq || !row.Hash.Span.SequenceEqual(expected))
                return seq;
            previous = expected;
            seq++;
        }
        return null;
    }
}
