using CsCheck;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

/// <summary>The resolver against an implementation that is too simple to be wrong in the same way.</summary>
public class NaiveResolverTests
{
    private const int Iterations = 5000;

    [Fact]
    public void A_resolution_is_what_scanning_lists_gives() => EvidenceWorld.Wild.Sample(world =>
        Assert.Equal(new NaiveResolver(world).ToString(), NaiveResolver.Of(world.Resolve())), iter: Iterations);

    [Fact]
    public void A_homes_resolution_is_what_scanning_lists_gives() =>
        Gen.Select(EvidenceWorld.Wild, EvidenceWorld.AnyIdentifier.Array[0, 2], EvidenceWorld.AnyIdentifier.Array[0, 2])
            .Sample((world, generic, unconfirmed) =>
            {
                var naive = new NaiveResolver(world, [.. generic], [.. unconfirmed]);
                Assert.Equal(naive.ToString(), NaiveResolver.Of(
                    world.Resolve(generic.ToHashSet(), unconfirmed.ToHashSet())));
            }, iter: Iterations);

    [Fact]
    public void Times_at_the_ends_of_the_scale_are_compared_like_any() =>
        Gen.Select(EvidenceWorld.Wild, Gen.Int[0, 1000]).Sample((world, pick) =>
        {
            long[] ends = [long.MinValue, -1, 0, long.MaxValue - 1];
            var events = world.Events.Select((e, i) => e with
            {
                OldestEventTime = new(ends[(pick + i) % 4]),
                NewestEventTime = new(ends[Math.Max((pick + i) % 4, (pick / 4) % 4)]),
            });
            var stretched = world with { Events = [.. events] };
            Assert.Equal(new NaiveResolver(stretched).ToString(), NaiveResolver.Of(stretched.Resolve()));
        }, iter: 1000);
}
