using CsCheck;
using MartechGrains.Core.Consent;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Tests.Homes;
using MartechGrains.Core.Tests.Identity;
using Xunit;

namespace MartechGrains.Core.Tests.Consent;

public sealed class ConsentRuleTests
{
    private const int Iterations = 3000;

    private static readonly Identifier Ada = new("crm", "ada");
    private static readonly Identifier Bob = new("crm", "bob");
    private static readonly Identifier Kiosk = new("device", "kiosk");
    private static readonly Identifier Desk = new("device", "desk");
    private static readonly Identifier Phone = new("device", "phone");
    private static readonly Identifier Nothing = new("mail", "null");

    private static readonly IdentityPolicy Policy = new(
        1, EvidenceWorld.Policies(genericAfter: 2).Namespaces, new BlockedValues(["null"], []));

    [Fact]
    public void Consent_is_that_of_an_oracle_that_sorts_all_statements_whatever_their_order() =>
        StatedWorld.Any.Sample(static world => AssertConsents(world, world.Evidence.Decisions), iter: Iterations);

    [Fact]
    public void A_merge_a_split_and_its_undoing_move_statements_exactly_without_folding_again() =>
        StatedWorld.Any.Sample(static world =>
        {
            var groups = world.Groups();
            var links = world.Evidence.Decisions;
            var merged = new IdentityDecisions(links.MustLinks, []);
            var split = new IdentityDecisions([], links.CannotLinks);
            foreach (var decisions in (IdentityDecisions[])[IdentityDecisions.None, merged, split, merged])
            {
                var resolution = world.Resolve(decisions);
                Assert.Equal(Naive(world, resolution), world.Consents(resolution, groups));
            }
        }, iter: Iterations);

    [Fact]
    public void Removed_events_leave_what_the_others_stated() => StatedWorld.Any.Sample(static world =>
    {
        world.Remove();
        AssertConsents(world, world.Evidence.Decisions);
    }, iter: Iterations);

    [Fact]
    public void Homes_decide_apart_what_is_decided_together_given_the_generic_values() =>
        Gen.Select(StatedWorld.Unblocked, Gen.Int).Sample(static (world, seed) =>
        {
            var (whole, groups) = (world.Resolve(world.Evidence.Decisions), world.Groups());
            var generic = whole.Generic.ToHashSet();
            foreach (var atMost in (int[])[int.MaxValue, 3, 1])
            {
                var lines = new List<string>();
                foreach (var home in HomeSplit.Partition(world.Evidence, generic, atMost, new Random(seed)))
                {
                    var own = home.Evidence.Select(static set => string.Join(',', set.Identifiers)).ToHashSet();
                    var part = Resolver.Resolve(home.Evidence, home.Decisions, world.Policy, generic);
                    var consents = world.Consents(
                        part, [.. groups.Where(group => own.Contains(string.Join(',', group[0].Identifiers)))]);
                    if (consents.Length > 0) lines.AddRange(consents.Split('\n'));
                }
                var accepted = groups
                    .Where(group => !world.Policy.ExceedsLimit(group[0].Identifiers.AsSpan())).ToArray();
                Assert.Equal(world.Consents(whole, accepted), string.Join('\n', lines.Order(StringComparer.Ordinal)));
            }
        }, iter: Iterations);

    [Fact]
    public void The_newest_statement_decides_and_of_one_time_a_denial()
    {
        Assert.True(Of(Ada, Granted(2, Ada), Denied(1, Ada))!.Value.IsGranted);
        Assert.False(Of(Ada, Granted(1, Ada), Denied(2, Ada))!.Value.IsGranted);
        Assert.False(Of(Ada, Granted(2, Ada), Denied(2, Ada))!.Value.IsGranted);
        Assert.Equal(new EventOrigin(new(2), "web", "2"), Of(Ada, Granted(1, Ada), Granted(2, Ada))!.Value.Origin);
    }

    [Fact]
    public void What_nobody_stated_is_unknown() => Assert.Null(Of(Ada, Granted(1, Bob), Denied(2, Bob)));

    [Fact]
    public void A_grant_counts_while_all_its_identifiers_are_in_the_profile_and_a_denial_while_any_is()
    {
        // The phone has gone to Bob, who logged in on it last.
        CanonicalEvent[] moved = [Silent(1, Ada, Phone), Silent(5, Bob, Phone)];
        var policy = EvidenceWorld.Policies();
        Assert.Null(Of(Ada, policy, [.. moved, Granted(2, Ada, Phone)]));
        Assert.Null(Of(Bob, policy, [.. moved, Granted(2, Ada, Phone)]));
        Assert.False(Of(Ada, policy, [.. moved, Denied(2, Ada, Phone)])!.Value.IsGranted);
        Assert.False(Of(Bob, policy, [.. moved, Denied(2, Ada, Phone)])!.Value.IsGranted);
        Assert.True(Of(Ada, policy, Silent(1, Ada, Phone), Granted(2, Ada, Phone))!.Value.IsGranted);
    }

    [Fact]
    public void A_blocked_value_does_not_stand_in_the_way_of_a_grant_and_carries_no_denial()
    {
        Assert.True(Of(Ada, Granted(1, Ada, Nothing))!.Value.IsGranted);
        Assert.Null(Of(Bob, Denied(1, Ada, Nothing), Silent(2, Bob, Nothing)));
    }

    [Fact]
    public void A_grant_on_a_generic_value_counts_for_nobody()
    {
        CanonicalEvent[] shared = [Silent(1, Ada, Kiosk), Silent(1, Bob, Kiosk)];
        foreach (var one in (Identifier[])[Ada, Bob, Kiosk])
        {
            Assert.Null(Of(one, [.. shared, Granted(2, Ada, Kiosk)]));
            Assert.Null(Of(one, [.. shared, Granted(2, Kiosk)]));
        }
    }

    [Fact]
    public void A_denial_on_a_generic_value_counts_for_the_person_beside_it_or_else_for_the_value()
    {
        CanonicalEvent[] shared =
            [Silent(1, Ada, Kiosk), Silent(1, Bob, Kiosk), Silent(1, Ada, Desk), Silent(1, Bob, Desk)];
        Assert.False(Of(Ada, [.. shared, Denied(2, Ada, Kiosk)])!.Value.IsGranted);
        Assert.Null(Of(Bob, [.. shared, Denied(2, Ada, Kiosk)]));
        Assert.Null(Of(Kiosk, [.. shared, Denied(2, Ada, Kiosk)]));
        Assert.False(Of(Kiosk, [.. shared, Denied(2, Kiosk)])!.Value.IsGranted);
        Assert.Null(Of(Ada, [.. shared, Denied(2, Kiosk)]));
        Assert.Null(Of(Kiosk, [.. shared, Denied(2, Desk, Kiosk)]));
    }

    [Fact]
    public void A_must_link_that_gives_a_generic_value_to_a_person_gives_its_grants_beside_that_person()
    {
        CanonicalEvent[] shared = [Silent(1, Ada, Kiosk), Silent(1, Bob, Kiosk)];
        var decisions = new IdentityDecisions([new IdentityDecision("d", new IdentifierPair(Ada, Kiosk))], []);
        Assert.True(Of(Ada, Policy, decisions, [.. shared, Granted(2, Ada, Kiosk)])!.Value.IsGranted);
        Assert.Null(Of(Ada, Policy, decisions, [.. shared, Granted(2, Kiosk)]));
        Assert.Null(Of(Bob, Policy, decisions, [.. shared, Granted(2, Bob, Kiosk)]));
    }

    [Fact]
    public void An_identifier_whose_join_is_open_holds_a_grant_back_and_carries_a_denial()
    {
        var open = new HashSet<Identifier> { Phone };
        ConsentState? With(CanonicalEvent stating, Identifier of) => Find(
            of, Policy, [stating],
            Resolver.Resolve([Evidence(stating)], IdentityDecisions.None, Policy, unconfirmed: open));
        Assert.Null(With(Granted(1, Ada, Phone), Ada));
        Assert.Null(With(Granted(1, Phone), Phone));
        Assert.False(With(Denied(1, Ada, Phone), Ada)!.Value.IsGranted);
        Assert.False(With(Denied(1, Ada, Phone), Phone)!.Value.IsGranted);
    }

    private static void AssertConsents(StatedWorld world, IdentityDecisions decisions)
    {
        var resolution = world.Resolve(decisions);
        Assert.Equal(Naive(world, resolution), world.Consents(resolution, world.Groups()));
    }

    private static string Naive(StatedWorld world, ResolvedPartition resolution) => StatedWorld.Text(
        resolution, profile => NaiveEvidence.Consents(profile, resolution, world.Policy, world.Events));

    private static ConsentState? Of(Identifier identifier, params CanonicalEvent[] events) =>
        Of(identifier, Policy, events);

    private static ConsentState? Of(Identifier identifier, IdentityPolicy policy, params CanonicalEvent[] events) =>
        Of(identifier, policy, IdentityDecisions.None, events);

    private static ConsentState? Of(
        Identifier identifier, IdentityPolicy policy, IdentityDecisions decisions, CanonicalEvent[] events) => Find(
        identifier, policy, events, Resolver.Resolve([.. events.Select(Evidence)], decisions, policy));

    private static ConsentState? Find(
        Identifier identifier, IdentityPolicy policy, IEnumerable<CanonicalEvent> events, ResolvedPartition resolution)
    {
        var evidence = events.Select(static e => new ConsentEvidence(e.Identifiers, GroupConsents.Of([e])));
        return resolution.Find(identifier) is { } profile
            && ConsentRule.Decide(evidence, resolution, policy).TryGetValue(profile, out var states)
            ? Assert.Single(states).Value
            : null;
    }

    private static EvidenceSet Evidence(CanonicalEvent one) => new(one.Identifiers, one.EventTime, one.EventTime);

    private static CanonicalEvent Granted(long time, params Identifier[] identifiers) =>
        Silent(time, identifiers) with { Consents = [new ConsentStatement("ads", true)] };

    private static CanonicalEvent Denied(long time, params Identifier[] identifiers) =>
        Silent(time, identifiers) with { Consents = [new ConsentStatement("ads", false)] };

    private static CanonicalEvent Silent(long time, params Identifier[] identifiers) => new()
    {
        Source = "web",
        EventId = $"{time}",
        EventTime = new(time),
        Identifiers = [.. identifiers.Order()],
        Fact = new Fact(EventClass.Other, Channel.Unknown),
        Name = "any",
        CleaningVersion = EventCleaning.Version,
        ContentHash = 1,
        Raw = default,
    };
}
