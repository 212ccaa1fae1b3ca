using System.Collections.Immutable;
using CsCheck;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Incremental;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

/// <summary>Homes judge pairs by the block; that gives what judging pair by pair gives.</summary>
public class BlockJudgingTests
{
    private const int Iterations = 6000;
    private const int WideEvents = 200;
    private const int WideIdentifiers = 50;

    [Fact]
    public void Profiles_and_refusals_are_those_of_judging_pair_by_pair() =>
        Gen.Select(EvidenceWorld.Wild, Wider, EvidenceWorld.AnyIdentifier.Array[0, 2]).Sample(
            (world, wider, unconfirmed) =>
            {
                var events = world.Events.Zip(wider, Widen).ToArray();
                var generic = Resolver.Resolve(events, world.Decisions, world.Policy).Generic;
                var partition = new GrowingPartition(world.Policy);
                foreach (var one in generic)
                    partition.MarkGeneric(one, true);
                foreach (var one in unconfirmed)
                    partition.MarkUnconfirmed(one, true);
                partition.Replace(events);
                partition.Decide(world.Decisions);

                var expected = partition.Resolve();
                Assert.Equal(expected.Refused.Select(Unnumbered), partition.Refused.Select(Unnumbered));
                Assert.Equal(
                    ResolutionText.Profiles(expected.Profiles), ResolutionText.Profiles(partition.Profiles()));
                Assert.Equal(!expected.Oversize.IsEmpty, partition.IsOversize);
                Assert.Equal(1, partition.FullResolutions);
            }, iter: Iterations);

    [Fact]
    public void A_chain_of_wide_events_that_ends_in_two_people_is_not_paired()
    {
        var partition = new GrowingPartition(EvidenceWorld.Policies());
        for (var i = 0; i < WideEvents; i++)
        {
            var first = i * (WideIdentifiers - 1);
            partition.Add(
                [.. Enumerable.Range(first, WideIdentifiers).Select(Mail).Order()], new EventTime(1_000 + i));
        }

        partition.Add([new(EvidenceWorld.Crm, "ada"), Mail(0)], new EventTime(1));
        partition.Add([new(EvidenceWorld.Crm, "bob"), Mail(WideEvents * (WideIdentifiers - 1))], new EventTime(2));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = partition.Refused;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // The oldest of the events that lie between the two is the one that is cut.
        Assert.NotEmpty(refused);
        Assert.All(refused, pair => Assert.Equal(1_000, pair.Times!.Value.Newest.Milliseconds));
        // Pairing all of it takes 300 bytes for each of 245,000 pairs.
        Assert.InRange(allocated, 1, 2_000L * WideEvents * WideIdentifiers);
        Assert.Equal(1, partition.FullResolutions);
    }

    private static Gen<ImmutableArray<int>[]> Wider =>
        Gen.Select(Gen.Bool, Gen.Int[0, 11].Array[0, 8].Array[14, 14]).Select((isWide, more) =>
            more.Select(one => isWide ? one.ToImmutableArray() : []).ToArray());

    private static EvidenceSet Widen(EvidenceSet set, ImmutableArray<int> more) => set with
    {
        Identifiers = [.. set.Identifiers.Concat(more.Select(Mail)).Distinct().Order()],
    };

    private static Identifier Mail(int number) => new(EvidenceWorld.Mail, $"mail{number}");

    private static RefusedPair Unnumbered(RefusedPair pair) => pair with { Order = 0 };
}
