using System.Collections.Immutable;
using CsCheck;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using Xunit;

namespace MartechGrains.Core.Tests.Homes;

public sealed class IdentifierSetTableTests
{
    private static readonly Gen<ImmutableArray<IdentifierKey>> Keys = Gen.Int[1, 12].HashSet[1, 4]
        .Select(static numbers => numbers.Select(static number => new IdentifierKey((UInt128)number)).ToArray())
        .Select(ImmutableArray.Create);

    [Fact]
    public void A_set_is_found_by_its_keys_in_any_order_among_few_and_among_many() =>
        Keys.Array[0, 4 * IdentifierSetTable<int>.MaxUnindexed].Sample(static added =>
        {
            var table = new IdentifierSetTable<int>();
            var expected = new List<ImmutableArray<IdentifierKey>>();
            foreach (var keys in added)
            {
                var isNew = !expected.Exists(known => known.SequenceEqual(keys.Sort()));
                Assert.Equal(isNew, table.TryAdd(new IdentifierSet(keys), expected.Count));
                if (isNew) expected.Add(keys.Sort());
            }

            Assert.Equal(Enumerable.Range(0, expected.Count), table);
            foreach (var keys in added)
            {
                Assert.True(table.TryFind([.. keys.Reverse()], out var number));
                Assert.True(keys.Sort().SequenceEqual(expected[number]), "Another set was found.");
                Assert.True(table.TryFind(new IdentifierSet(keys), out var same));
                Assert.Equal(number, same);
            }

            Assert.False(table.TryFind([new IdentifierKey(99)], out _));
        });
}
