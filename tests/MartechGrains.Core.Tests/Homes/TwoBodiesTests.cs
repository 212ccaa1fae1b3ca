using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Stored;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using Xunit;

namespace MartechGrains.Core.Tests.Homes;

/// <summary>
/// One (source, event id) that came with several bodies to homes that unite (rule H34): one body counts, all others are
/// in quarantine, whatever the order of the unions.
/// </summary>
public class TwoBodiesTests
{
    private static readonly IdentityPolicies Policies = new(new IdentityPolicy(1,
    [
        new NamespacePolicy { Name = "user_id", Priority = 1, MaxPerProfile = 1 },
        new NamespacePolicy { Name = "device", Priority = 2, GenericAfter = 2 },
    ]));

    private static readonly Gen<Delivery> AnyDelivery = Gen.Select(
        Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[1, 4], Gen.Int[0, 2], Gen.Int[0, 3], Gen.Int[0, 12],
        static (id, home, body, user, device, at) => new Delivery(id, home, body, user, device, at));

    private static readonly Gen<(int Home, int Id, bool Undo)> AnyRetraction =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Bool);

    [Fact]
    public void Each_accepted_body_counts_or_is_in_quarantine_and_the_order_of_unions_does_not_show() => Gen.Select(
        AnyDelivery.Array[2, 14], AnyRetraction.Array[0, 2], Gen.Int, Gen.Int).Sample(
        static (deliveries, retractions, one, other) =>
        {
            var first = Unite(deliveries, retractions, new Random(one));
            var second = Unite(deliveries, retractions, new Random(other));
            Assert.Equal(CanonicalOf(first.State), CanonicalOf(second.State));
        });

    [Fact]
    public void The_body_that_was_accepted_first_stands_though_the_home_that_goes_on_holds_the_other()
    {
        var fleet = new HomeFleet(Policies);
        Deliver(fleet, new Delivery(0, Home: 0, Body: 1, User: 0, Device: 0, At: 9));
        Deliver(fleet, new Delivery(0, Home: 1, Body: 2, User: 1, Device: 1, At: 5));

        fleet.Unite(Home(0), Home(1));

        var state = fleet.StateOf(Home(0));
        var counting = Assert.Single(state.Ledger.Groups, static group => !group.IsEmpty);
        Assert.Equal("device:1 user_id:1", string.Join(' ', counting.Identifiers));
        var profile = Assert.Single(ProfileAssembly.Assemble(state, withOpenJoins: true).Profiles);
        Assert.Equal("2", profile.Traits["plan"].Json);
        Assert.Equal((Home(0), 1), (fleet.Quarantine.Single().Home, fleet.Quarantine.Single().Seq));
    }

    [Fact]
    public void A_displaced_event_is_told_of_its_profile_with_the_one_that_the_standing_body_counts_for()
    {
        var fleet = new HomeFleet(Policies);
        Deliver(fleet, new Delivery(0, Home: 0, Body: 1, User: 0, Device: 0, At: 9));
        Deliver(fleet, new Delivery(1, Home: 0, Body: 1, User: 0, Device: 0, At: 9));
        Deliver(fleet, new Delivery(0, Home: 1, Body: 2, User: 1, Device: 1, At: 5));

        fleet.Unite(Home(0), Home(1));

        var told = Assert.Single(fleet.Journals[Home(0)].OfType<IdentityChanged>()
            .SelectMany(static entry => entry.Changes), static one => one.Kind == IdentityChangeKind.EventDisplaced);
        Assert.Equal(new ProfileId(KeyOf(new Identifier("user_id", "0"))), told.Profile);
        Assert.Equal(new ProfileId(KeyOf(new Identifier("user_id", "1"))), Assert.Single(told.Others));
        Assert.Equal(new IdentityCause(IdentityCauseKind.Union, "test", "e0", Home: Home(1)), told.Cause);
    }

    [Fact]
    public void A_late_delivery_of_a_displaced_body_conflicts_with_the_one_that_stands()
    {
        var fleet = new HomeFleet(Policies);
        var displaced = new Delivery(0, Home: 0, Body: 1, User: 0, Device: 0, At: 9);
        Deliver(fleet, displaced);
        var standing = new Delivery(0, Home: 1, Body: 2, User: 1, Device: 1, At: 5);
        Deliver(fleet, standing);
        fleet.Unite(Home(0), Home(1));

        Assert.Equal(ApplyStatus.Conflict, Deliver(fleet, displaced));
        Assert.Equal(ApplyStatus.Duplicate, Deliver(fleet, standing with { Home = 0 }));
    }

    [Fact]
    public void A_union_of_before_which_settles_nothing_keeps_what_the_winner_holds()
    {
        var (winner, loser) = (new HomeState(Home(0), Policies), new HomeState(Home(1), Policies));
        winner.Fold(Applied(new Delivery(0, 0, 1, 0, 0, At: 9)));
        var earlier = Applied(new Delivery(0, 1, 2, 1, 1, At: 5));
        loser.Fold(earlier);

        winner.Fold(new HomeAbsorbed(loser.Id, 1, new(20)), new AbsorbedHome(loser, [earlier]));

        Assert.False(winner.Ledger.IsStale);
        Assert.Equal("device:0 user_id:0", string.Join(' ', Assert.Single(winner.Ledger.Groups).Identifiers));
    }

    /// <summary>
    /// Delivers, retracts, and unites all homes in some order; checks what must hold after each union.
    /// </summary>
    private static (HomeState State, HomeFleet Fleet) Unite(
        Delivery[] deliveries, (int Home, int Id, bool Undo)[] retractions, Random random)
    {
        var fleet = new HomeFleet(Policies);
        // A home's clock is monotone, so each takes its deliveries in the order of time.
        foreach (var delivery in deliveries.OrderBy(static one => one.At)) Deliver(fleet, delivery);
        fleet.Now = new(50);
        foreach (var (home, id, undo) in retractions) Retract(fleet, Home(home), id, undo);
        var live = deliveries.Select(static one => Home(one.Home))
            .Concat(retractions.Select(static one => Home(one.Home))).Distinct().Order().ToList();
        while (live.Count > 1)
        {
            var one = live[random.Next(live.Count)];
            live.Remove(one);
            var other = live[random.Next(live.Count)];
            live.Remove(other);
            fleet.Now = new(fleet.Now.Milliseconds + random.Next(3));
            var winner = fleet.Unite(one, other);
            live.Add(winner);
            Assert.Equal(BytesOf(fleet.ReloadOf(winner)), BytesOf(fleet.StateOf(winner)));
        }

        var state = fleet.StateOf(live[0]);
        AssertNothingLost(fleet, state);
        return (state, fleet);
    }

    private static void AssertNothingLost(HomeFleet fleet, HomeState state)
    {
        var quarantined = fleet.Quarantine.Select(static body => BodyOf(body.Applied)).ToHashSet();
        foreach (var bodies in fleet.Journals.Values.SelectMany(static journal => journal).OfType<EventApplied>()
            .GroupBy(static applied => applied.Event.Hash))
        {
            var first = bodies.MinBy(static applied => (applied.At.Milliseconds, applied.Event.ContentHash))!;
            Assert.True(state.Ledger.Holds(first.Event), $"{first.Event.EventId} counts with another body.");
            foreach (var body in bodies)
                Assert.True(state.Ledger.Holds(body.Event) || quarantined.Contains(BodyOf(body)), "A body is nowhere.");
        }

        var counting = state.Ledger.Groups.Sum(static group => group.Facts.Count);
        var events = fleet.Journals.Values.SelectMany(static journal => journal).OfType<EventApplied>()
            .Select(static applied => applied.Event.Hash).Distinct().ToList();
        Assert.Equal(events.Count, state.Ledger.EventCount);
        Assert.Equal(events.Count(hash => !state.Decisions.IsRetracted(hash)), counting);
    }

    private static (EventHash, ulong) BodyOf(EventApplied applied) => (applied.Event.Hash, applied.Event.ContentHash);

    private static string CanonicalOf(HomeState state)
    {
        var lines = new List<string>();
        foreach (var group in state.Ledger.Groups)
        {
            var facts = new ArrayBufferWriter<byte>();
            group.Facts.WriteCanonical(facts);
            var traits = group.Traits.Declared.OrderBy(static one => one.Key.Name, StringComparer.Ordinal)
                .Select(static one => $"{one.Key}={one.Value.Json}@{one.Value.Origin}");
            var consents = group.Consents.Stated.OrderBy(static one => one.Key).Select(static one => $"{one}");
            lines.Add($"{string.Join(' ', group.Identifiers)}: {Convert.ToHexString(facts.WrittenSpan)} "
                + string.Join(' ', traits) + string.Join(' ', consents));
        }

        foreach (var profile in ProfileAssembly.Assemble(state, withOpenJoins: true).Profiles)
            lines.Add($"{profile.Id}: {string.Join(' ', profile.Resolved.Identifiers)}");
        foreach (var identifier in state.Ledger.Identifiers.Values.Order())
            lines.Add($"{identifier} beside "
                + string.Join(' ', state.Ledger.UniqueNeighbours(KeyOf(identifier), state.Policy, 10)));
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private static byte[] BytesOf(HomeState state)
    {
        var bytes = new ArrayBufferWriter<byte>();
        HomeStateFormat.Write(state, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    private static ApplyStatus Deliver(HomeFleet fleet, Delivery delivery)
    {
        fleet.Now = new(delivery.At);
        var applied = Applied(delivery);
        return fleet.Ask<ApplyReply>(Home(delivery.Home), to => new ApplyMessage(
            to, [new RoutedEvent(applied.Event, applied.Keys, applied.Keys)])).Statuses.Single();
    }

    private static void Retract(HomeFleet fleet, HomeId home, int id, bool undo)
    {
        var act = new OperatorAct("ann", "why", fleet.Now);
        Identifier[] about = [new("user_id", "0")];
        var decision = new Decision(
            DecisionId.Of($"retract {id}"), DecisionKind.Retraction, [.. about], [.. about.Select(KeyOf)], "test",
            $"e{id}", act, undo ? act : null);
        fleet.Ask<DecideReply>(home, to => new DecideMessage(to, [new RoutedDecision(decision, [])]));
    }

    private static EventApplied Applied(Delivery delivery)
    {
        var body = (ulong)((delivery.Body * 100) + (delivery.User * 10) + delivery.Device);
        var text = body.ToString(CultureInfo.InvariantCulture);
        ImmutableArray<Identifier> identifiers =
        [
            new("device", delivery.Device.ToString(CultureInfo.InvariantCulture)),
            new("user_id", delivery.User.ToString(CultureInfo.InvariantCulture)),
        ];
        var made = new CanonicalEvent
        {
            Source = "test",
            EventId = $"e{delivery.Id}",
            EventTime = new(delivery.Body),
            Identifiers = identifiers,
            Fact = new Fact(EventClass.OrderCompleted, Channel.Web, 1, delivery.Body, "EUR"),
            Name = "order",
            Traits = [new TraitValue("plan", delivery.Body.ToString(CultureInfo.InvariantCulture))],
            Consents = [new ConsentStatement($"p{text}", delivery.Body % 2 == 0)],
            CleaningVersion = 1,
            ContentHash = body,
            Raw = default,
        };
        return new EventApplied(made, [.. identifiers.Select(KeyOf)], new(delivery.At), [], PolicyVersion: 1);
    }

    private static IdentifierKey KeyOf(Identifier identifier) => new(new UInt128(
        identifier.Namespace == "device" ? 1000u : 2000u,
        ulong.Parse(identifier.Value, CultureInfo.InvariantCulture)));

    private static HomeId Home(int number) => HomeHistory.Home((ulong)number + 1);

    /// <summary>A body of an event on its way to a home.</summary>
    private sealed record Delivery(int Id, int Home, int Body, int User, int Device, int At);
}
