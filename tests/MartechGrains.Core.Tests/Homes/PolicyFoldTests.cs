using System.Buffers;
using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Stored;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Pointers;
using Xunit;

namespace MartechGrains.Core.Tests.Homes;

/// <summary>
/// Which version of the policy is the newest, a journal does not say: it may be folded before the next one is
/// published and again afterwards.
/// </summary>
public sealed class PolicyFoldTests
{
    private static readonly Identifier Person = new("user_id", "one");
    private static readonly IdentifierKey Key = new(EventHash.Of(Person.Namespace, Person.Value).Bits);
    private static readonly IdentityPolicy First = Blocking(1);
    private static readonly IdentityPolicy Later = Blocking(2, Person.Value);

    private static readonly EventApplied Applied = new(
        new CanonicalEvent
        {
            Source = "web",
            EventId = "one",
            EventTime = new(1),
            Identifiers = [Person],
            Fact = new Fact(EventClass.PageViewed, Channel.Web, 1, 0, ""),
            Name = "any",
            CleaningVersion = 1,
            ContentHash = 1,
            Raw = default,
        },
        [Key], new(1), [new JoinItem(Key, JoinKind.Member)], PolicyVersion: First.Version);

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_union_with_a_home_without_entries_is_folded_alike_whichever_policy_is_the_newest_known(
        bool hasWinnerApplied, bool hasLoserApplied)
    {
        Assert.Equal(Folded(new IdentityPolicies(First)), Folded(new IdentityPolicies(First, Later)));

        byte[] Folded(IdentityPolicies policies)
        {
            var loser = Home(9, policies, hasLoserApplied);
            loser.Fold(new HomeMoving(HomeHistory.Home(7), new(2)));
            var winner = Home(7, policies, hasWinnerApplied);
            winner.Fold(
                new HomeAbsorbed(loser.Id, loser.MovingHead, new(2)),
                new AbsorbedHome(loser, hasLoserApplied ? [Applied] : []));
            return Bytes(winner);
        }
    }

    private static HomeState Home(ulong number, IdentityPolicies policies, bool hasApplied)
    {
        var home = new HomeState(HomeHistory.Home(number), policies);
        if (hasApplied) home.Fold(Applied);
        return home;
    }

    private static IdentityPolicy Blocking(int version, params ImmutableArray<string> values) => new(
        version, [new NamespacePolicy { Name = Person.Namespace, Priority = 1, Blocked = new([.. values], []) }]);

    private static byte[] Bytes(HomeState state)
    {
        var output = new ArrayBufferWriter<byte>();
        HomeStateFormat.Write(state, output);
        return output.WrittenSpan.ToArray();
    }
}
