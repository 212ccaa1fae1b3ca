using CsCheck;
using MartechGrains.Journal.Entries;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;

namespace MartechGrains.Journal.Tests;

public sealed class HashChainTests
{
    [Fact]
    public void An_untouched_chain_verifies() => Assert.Null(HashChain.Verify(Rows(Home(1), 50)));

    [Fact]
    public void Any_change_of_any_entry_is_found_at_its_row() =>
        Gen.Select(Gen.Int[0, 19], Gen.Int[0, 6], Gen.Byte[1, 255]).Sample((at, index, mask) =>
        {
            var rows = Rows(Home(1), 20);
            var entry = rows[at].Entry.ToArray();
            entry[index] ^= mask;
            rows[at] = rows[at] with { Entry = entry };
            return HashChain.Verify(rows) == at + 1;
        });

    [Fact]
    public void A_changed_hash_a_missing_row_and_a_foreign_row_are_found()
    {
        var rows = Rows(Home(1), 5);
        Assert.Equal(3, HashChain.Verify([.. rows[..2], .. rows[3..]]));
        Assert.Equal(2, HashChain.Verify([rows[0], rows[1] with { Hash = rows[0].Hash }, .. rows[2..]]));
        Assert.Equal(1, HashChain.Verify(rows[1..]));
        Assert.Equal(1, HashChain.Verify(rows.Select(row => row with { Home = Home(2) })));
        Assert.Equal(4, HashChain.Verify([.. rows[..3], rows[3] with { Home = Home(2) }]));
    }

    [Fact]
    public void Long_and_short_entries_hash_the_same_way() =>
        Gen.Byte.Array[0, 3000].Sample(entry =>
        {
            var previous = HashChain.Genesis(Home(3));
            return HashChain.Next(previous, entry).AsSpan().SequenceEqual(
                System.Security.Cryptography.SHA256.HashData([.. previous, .. entry]));
        });
}
