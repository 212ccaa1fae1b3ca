using CsCheck;
using MartechGrains.Grains.Walks;
using Xunit;

namespace MartechGrains.Cluster.Tests.Walks;

public sealed class SortedDigestsTests
{
    /// <summary>Few numbers, so that digests repeat and differ in each part.</summary>
    private static readonly Gen<SortedDigest> Digests = Gen.Select(
        Gen.ULong[0, 3], Gen.ULong[0, 2], Gen.ULong[0, 2], Gen.ULong[0, 2],
        static (a, b, c, d) => new SortedDigest((UInt128)a << 100, b, (UInt128)c << 64, d));

    [Fact]
    public void Any_number_of_digests_comes_back_in_order_whatever_is_held_at_a_time() =>
        Gen.Select(Digests.Array[0, 2000], Gen.Int[1, 700]).Sample(
            static (digests, held) =>
            {
                using var sorted = new SortedDigests(held);
                foreach (var digest in digests) sorted.Add(digest);
                Assert.Equal(digests.Length, sorted.Count);
                Assert.Equal(digests.Order(), sorted.InOrder());
            },
            iter: 100);

    [Fact]
    public void What_was_put_aside_is_gone_afterwards()
    {
        var before = Files();
        using (var sorted = new SortedDigests(1))
        {
            for (var i = 0; i < 3; i++) sorted.Add(new SortedDigest(0, 0, 0, (UInt128)i));
            Assert.Equal(3, sorted.InOrder().Count());
        }
        Assert.DoesNotContain(Files(), file => !before.Contains(file) && new FileInfo(file).Length == 2 * 64);
    }

    private static HashSet<string> Files() =>
        [.. Directory.EnumerateFiles(Path.GetTempPath(), "martechgrains-*")];
}
