using System.Runtime.CompilerServices;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Reading;

namespace MartechGrains.Grains.Damage;

/// <summary>Reads rows for whoever goes on with other homes where one is damaged.</summary>
internal static class RowDecoding
{
    /// <summary>Decodes the row that is to be the next one.</summary>
    /// <exception cref="HomeDamagedException">It is not, or cannot be read.</exception>
    public static HomeEntry DecodeNext(this HomeCodec codec, in JournalRow row)
    {
        var next = codec.Seq + 1;
        try
        {
            return codec.Decode(row);
        }
        catch (EntryFormatException error)
        {
            throw new HomeDamagedException(codec.Home, next, error);
        }
    }

    /// <summary>Rows of a home from the store.</summary>
    /// <exception cref="HomeDamagedException">The store says that what it holds of them is damaged.</exception>
    public static async IAsyncEnumerable<JournalRow> ReadWholeAsync(
        this IJournalReads journals, HomeId home, int fromSeq, int toSeq,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var rows = journals.ReadHomeAsync(home, fromSeq, toSeq, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await rows.MoveNextAsync()) yield break;
            }
            catch (StoreUnavailableException error) when (error.IsDamage)
            {
                throw new HomeDamagedException(home, fromSeq, error);
            }
            fromSeq = rows.Current.Seq + 1;
            yield return rows.Current;
        }
    }

    /// <summary>The first rows of a home, which share a query with those of others.</summary>
    /// <exception cref="HomeDamagedException">The store says that what it holds of them is damaged.</exception>
    public static async Task<IReadOnlyList<JournalRow>> ReadWholeBeginningAsync(
        this BatchedReads reads, HomeId home, CancellationToken cancellationToken)
    {
        try
        {
            return await reads.ReadBeginningAsync(home, cancellationToken);
        }
        catch (StoreUnavailableException error) when (error.IsDamage)
        {
            throw new HomeDamagedException(home, 1, error);
        }
    }

    /// <summary>Sees to it that rows which another home refers to are there.</summary>
    /// <param name="home">The home.</param>
    /// <param name="read">The last row that was read.</param>
    /// <param name="upTo">The last row that must be there.</param>
    /// <exception cref="HomeDamagedException">It is not.</exception>
    public static void RequireRows(HomeId home, int read, int upTo)
    {
        if (read < upTo) throw new HomeDamagedException(home, read + 1, null);
    }
}
