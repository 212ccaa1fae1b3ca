using System.Collections.Immutable;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Pointers;
using Xunit;

namespace MartechGrains.Core.Tests.Homes;

/// <summary>
/// The pointer of a value that links nothing counts its carriers, and hears of each that another home has taken in
/// (rule H20).
/// </summary>
public sealed class CarrierReportTests
{
    private static readonly Identifier Shared = new("email", "office");
    private static readonly IdentifierKey Key = new(EventHash.Of(Shared.Namespace, Shared.Value).Bits);

    [Fact]
    public void A_home_reports_whom_it_took_in_of_a_blocked_value()
    {
        var winner = United(Blocking(Shared.Value), out var loser);

        Assert.Equal([loser], Reported(winner));
    }

    [Fact]
    public void A_home_reports_whom_it_took_in_of_a_value_that_turns_out_to_link_nothing()
    {
        var winner = United(Blocking(), out var loser);
        Assert.Null(Reported(winner));

        winner.Fold(Told(isInert: true));

        Assert.Equal([loser], Reported(winner));
    }

    [Fact]
    public void What_was_reported_is_not_reported_again()
    {
        var winner = United(Blocking(Shared.Value), out _);
        var report = Assert.Single(winner.OpenJoinsOf([Key])).Report;

        winner.Fold(Told(isInert: true, report));

        Assert.Null(Reported(winner));
    }

    [Fact]
    public void A_home_reports_nobody_of_a_value_that_links()
    {
        var winner = United(Blocking(), out _);

        winner.Fold(Told(isInert: false));

        Assert.Null(Reported(winner));
    }

    private static ImmutableArray<HomeId>? Reported(HomeState home) =>
        home.OpenJoinsOf([Key]).SingleOrDefault()?.Report?.Superseded;

    private static HomeState United(IdentityPolicies policies, out HomeId loserId)
    {
        var (winner, loser) = (Carrying(7, policies), Carrying(9, policies));
        loser.Fold(new HomeMoving(winner.Id, new(2)));
        winner.Fold(new HomeAbsorbed(loser.Id, loser.MovingHead, new(2)), new AbsorbedHome(loser, [Applied("9")]));
        loserId = loser.Id;
        return winner;
    }

    private static HomeState Carrying(ulong number, IdentityPolicies policies)
    {
        var home = new HomeState(HomeHistory.Home(number), policies);
        home.Fold(Applied($"{number}"));
        home.Fold(new JoinsConfirmed([new JoinConfirmation(Key, false, Carrier: true, 0, false, null)], new(1)));
        return home;
    }

    private static JoinsConfirmed Told(bool isInert, NeighbourReport? report = null) =>
        new([new JoinConfirmation(Key, false, false, Epoch: 1, isInert, report)], new(3));

    private static EventApplied Applied(string id) => new(
        new CanonicalEvent
        {
            Source = "web",
            EventId = id,
            EventTime = new(1),
            Identifiers = [Shared],
            Fact = new Fact(EventClass.PageViewed, Channel.Web, 1, 0, ""),
            Name = "any",
            CleaningVersion = 1,
            ContentHash = 1,
            Raw = default,
        },
        [Key], new(1), [new JoinItem(Key, JoinKind.Carrier)], PolicyVersion: 1);

    private static IdentityPolicies Blocking(params ImmutableArray<string> values) => new(new IdentityPolicy(
        1, [new NamespacePolicy { Name = Shared.Namespace, Priority = 1, Blocked = new([.. values], []) }]));
}
