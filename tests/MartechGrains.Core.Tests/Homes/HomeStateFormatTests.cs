using System.Buffers;
using CsCheck;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Stored;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity.Policy;
using Xunit;

namespace MartechGrains.Core.Tests.Homes;

public sealed class HomeStateFormatTests
{
    private static readonly Gen<(int Seed, int Length, int Share)> Any =
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 70], Gen.Int[0, 100]);

    [Fact]
    public void A_state_read_back_folds_what_follows_as_if_it_had_folded_all() => Any.Sample(
        static (seed, length, share) =>
        {
            var history = HomeHistory.Of(seed, length);
            var all = history.Entries.Count;
            var covered = all * share / 100;
            var whole = history.Fold(all);
            var resumed = history.FoldOn(Read(Bytes(history.Fold(covered)), history), covered, all);
            whole.Joins.MarkRecovered();
            resumed.Joins.MarkRecovered();
            Assert.Equal(whole.Gate, resumed.Gate);
            Assert.Equal(Bytes(whole), Bytes(resumed));
            Assert.Equal(ViewBytes(whole), ViewBytes(resumed));
            Assert.Equal(OpenJoins(whole), OpenJoins(resumed));
            Assert.Equal(whole.Joins.Recovered.Order(), resumed.Joins.Recovered.Order());
            Assert.Equal(whole.Joins.Carried().AsEnumerable(), resumed.Joins.Carried());
        },
        iter: 600);

    [Fact]
    public void Bytes_are_the_same_whichever_way_the_state_came_about() => Any.Sample(
        static (seed, length, _) =>
        {
            var history = HomeHistory.Of(seed, length);
            var bytes = Bytes(history.Fold(history.Entries.Count));
            return Bytes(Read(bytes, history)).AsSpan().SequenceEqual(bytes);
        },
        iter: 300);

    [Fact]
    public void Changed_or_cut_bytes_are_refused_with_one_kind_of_error_or_read_as_another_state() => Gen.Select(
        Any, Gen.Double[0, 1], Gen.Byte).Sample(
        static (any, place, value) =>
        {
            var history = HomeHistory.Of(any.Seed, any.Length);
            var bytes = Bytes(history.Fold(history.Entries.Count));
            var at = (int)(place * (bytes.Length - 1));
            Assert.Throws<FactFormatException>(() => Read(bytes[..at], history));
            Assert.Throws<FactFormatException>(() => Read([.. bytes, value], history));
            bytes[at] = value;
            try
            {
                ViewBytes(Read(bytes, history));
            }
            catch (FactFormatException)
            {
                // Most changed bytes are refused; the others must still give a view.
            }
        },
        iter: 1500);

    [Fact]
    public void The_state_of_another_home_or_of_an_unknown_policy_version_is_refused()
    {
        var history = HomeHistory.Of(1, 20);
        var bytes = Bytes(history.Fold(10));
        var others = new IdentityPolicies(
            new IdentityPolicy(HomeHistory.Policies.Newest.Version + 1, HomeHistory.Policy.Namespaces));
        Assert.Throws<FactFormatException>(
            () => HomeStateFormat.Read(bytes, HomeHistory.Home(9), HomeHistory.Policies));
        Assert.Throws<FactFormatException>(() => HomeStateFormat.Read(bytes, history.Id, others));
        Assert.Equal(10, Read(bytes, history).Seq);
    }

    [Fact]
    public void An_empty_home_reads_back_empty()
    {
        var empty = Read(Bytes(new HomeState(HomeHistory.Home(7), HomeHistory.Policies)), HomeHistory.Of(1, 0));
        Assert.Equal(0, empty.Seq);
        Assert.Equal(0, empty.Ledger.EventCount);
    }

    private static HomeState Read(byte[] bytes, HomeHistory history) =>
        HomeStateFormat.Read(bytes, history.Id, HomeHistory.Policies);

    private static byte[] Bytes(HomeState state)
    {
        var output = new ArrayBufferWriter<byte>();
        HomeStateFormat.Write(state, output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] ViewBytes(HomeState state)
    {
        var output = new ArrayBufferWriter<byte>();
        HomeViewFormat.Write(ProfileAssembly.Assemble(state), output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Open joins as text: their arrays compare by reference.</summary>
    private static string[] OpenJoins(HomeState state) =>
    [
        .. state.OpenJoinsOf(state.Ledger.Identifiers.Keys.Order()).Select(static join =>
            $"{join.Identifier} {join.Rule} {join.Member} {join.Carrier} {join.Report?.Home} {join.Report?.Version} "
            + $"{string.Join(',', join.Report?.Neighbours ?? [])} {string.Join(',', join.Report?.Superseded ?? [])}"),
    ];
}
