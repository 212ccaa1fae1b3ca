using System.Buffers;
using System.Collections.Immutable;
using CsCheck;
using MartechGrains.Cluster.Tests.Hosting;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Stored;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Pointers;
using MartechGrains.Core.Time;
using MartechGrains.Definitions;
using MartechGrains.Grains.Hosting;
using MartechGrains.Grains;
using MartechGrains.Grains.Damage;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Serialization;
using Xunit;

namespace MartechGrains.Cluster.Tests.Serialization;

/// <summary>What grains exchange arrives at another silo as it left.</summary>
public sealed class WireFormTests : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly Serializer _serializer;

    public WireFormTests()
    {
        _services = new ServiceCollection().AddSerializer().AddMartechGrainsWireForms().BuildServiceProvider();
        _serializer = _services.GetRequiredService<Serializer>();
    }

    public void Dispose() => _services.Dispose();

    private T Travel<T>(T value) => _serializer.Deserialize<T>(_serializer.SerializeToArray(value))!;

    private void Travels<T>(Gen<T> values) =>
        values.Sample(value => Assert.Equal(value, Travel(value)), iter: 200, threads: 1);

    private void Travels<T>(Gen<T> values, Func<T, object?[]> parts) =>
        values.Sample(value => Assert.Equal(parts(value), parts(Travel(value))), iter: 200, threads: 1);

    [Fact]
    public void Keys_and_hashes_travel()
    {
        Travels(Key);
        Travels(Home);
        Travels(Key.Select(static key => new EventHash(key.Bits)));
        Travels(Name);
        Travels(Home.Nullable());
    }

    [Fact]
    public void Instants_are_written_as_the_numbers_that_they_are() => Gen.Long.Sample(
        number =>
        {
            var written = _serializer.SerializeToArray((number, number));
            Assert.Equal(written, _serializer.SerializeToArray((new EventTime(number), new IngestTime(number))));
            Assert.Equal(
                (new EventTime(number), new IngestTime(number)),
                _serializer.Deserialize<(EventTime, IngestTime)>(written));
        },
        iter: 200, threads: 1);

    [Fact]
    public void Events_travel()
    {
        Travels(Facts);
        Travels(Gen.Select(Gen.String, Gen.String, static (name, json) => new TraitValue(name, json)));
        Travels(Gen.Select(Gen.String, Gen.String, static (output, field) => new SourceField(output, field)));
        Travels(Gen.Select(Gen.String, Gen.Bool, static (purpose, given) => new ConsentStatement(purpose, given)));
        Travels(Event, Parts);
        Travels(
            Gen.Select(Event, Many(Key), Many(Key), static (e, keys, linkable) => new RoutedEvent(e, keys, linkable)),
            routed =>
            [
                .. Parts(routed.Event), (IdentifierKey[])[.. routed.Keys], (IdentifierKey[])[.. routed.Linkable],
            ]);
    }

    [Fact]
    public void The_payload_travels_without_the_buffer_around_it()
    {
        var buffer = new byte[] { 1, 2, 3, 4, 5 };
        var arrived = Travel(SampleEvents.Order("1", SampleEvents.User("u")) with { Raw = buffer.AsMemory(1, 3) });
        Assert.Equal([2, 3, 4], arrived.Raw.ToArray());
    }

    [Fact]
    public void Joins_travel()
    {
        Travels(Neighbours);
        Travels(Report, static report => Parts(report));
        Travels(Join, static join => Parts(join));
        Travels(
            Gen.Select(Home, Join, static (home, join) => new JoinRequest(home, join)),
            static request => [request.Home, .. Parts(request.Join)]);
        Travels(
            Gen.Select(
                Home, Gen.Long, Gen.Bool, Gen.Bool, Many(Home),
                static (home, epoch, inert, uniting, todo) => new JoinReply(home, epoch, inert, uniting, todo)),
            static reply => [reply.Home, reply.Epoch, reply.Inert, reply.Uniting, (HomeId[])[.. reply.ToDo]]);
        Travels(
            Gen.Select(
                Key, Gen.Bool, Gen.Bool, Gen.Long, Gen.Bool, Report.Null(),
                static (key, member, carrier, epoch, inert, report) =>
                    new JoinConfirmation(key, member, carrier, epoch, inert, report)),
            static c => [c.Identifier, c.Member, c.Carrier, c.Epoch, c.Inert, .. Parts(c.Report)]);
    }

    [Fact]
    public void Decisions_travel()
    {
        Travels(Decision, Parts);
        Travels(
            Gen.Select(Decision, Many(Key), static (decision, members) => new RoutedDecision(decision, members)),
            static routed => [.. Parts(routed.Decision), (IdentifierKey[])[.. routed.Members]]);
        Travels(Gen.Select(Id, Act, Act.Null(), static (id, made, undone) => new LinkableDecision(id, made, undone)));
        Travels(
            Gen.Select(
                Id, Gen.Enum<OperatorDecisionKind>(), Many(Name), Gen.String, Act, Act.Null(), Gen.Long,
                static (id, kind, names, text, made, undone, affected) =>
                    new OperatorDecision(id, kind, names, text, text + "#", made, undone, affected)),
            static one =>
            [
                one.Id, one.Kind, (Identifier[])[.. one.Identifiers], one.Source, one.EventId, one.Made, one.Undone,
                one.Affected,
            ]);
        Travels(
            Gen.Select(GateGen, Gen.Int, Many(Join), static (gate, news, open) => new DecideReply(gate, news, open)),
            static reply => [reply.Gate, reply.News, .. reply.Open.SelectMany(Parts)]);
    }

    [Fact]
    public void Answers_of_homes_travel()
    {
        Travels(GateGen);
        Travels(
            Gen.Select(GateGen, Many(Gen.Enum<ApplyStatus>()), Many(Join), static (g, s, o) => new ApplyReply(g, s, o)),
            static reply => [reply.Gate, (ApplyStatus[])[.. reply.Statuses], .. reply.Open.SelectMany(Parts)]);
        Travels(
            Gen.Select(GateGen, Many(Join), static (gate, open) => new ConfirmReply(gate, open)),
            static reply => [reply.Gate, .. reply.Open.SelectMany(Parts)]);
        Travels(Gen.Select(Gen.Enum<AbsorbedAnswer>(), Home, static (answer, home) => new AbsorbReply(answer, home)));
        Travels(
            Gen.Select(Home.Nullable(), Many(Join), static (moved, open) => new HomeReading(null, moved, open)),
            static reading => [reading.View, reading.MovedTo, .. reading.Unfinished.SelectMany(Parts)]);
    }

    [Fact]
    public void A_view_travels_with_profiles_facts_traits_consent_and_the_whole_explanation()
    {
        // A second one under which links are refused within a window, and small components are oversize.
        var policy = DefaultPolicy.Load();
        var windowed = new IdentityPolicy(
            2,
            policy.Namespaces.Select(static one => one.Name == "device_id"
                ? one with { MaxPerProfile = 1, LimitWindow = 3 * FactLimits.DayMilliseconds }
                : one),
            policy.BlockedEverywhere,
            maxIdentifiers: 2);
        var derivation = new IdentifierKeyDerivation(new byte[IdentifierKeyDerivation.MinSecretSize]);
        Gen.Select(Events, Gen.Bool).Sample(
            (events, isWindowed) =>
            {
                var view = Assemble(events, isWindowed ? windowed : policy, derivation);
                var arrived = Travel(new HomeReading(view, null, []).AsImmutable()).Value.View!;
                Assert.Equal(Bytes(view), Bytes(arrived));
                AssertSame(view, arrived);
            },
            iter: 200,
            threads: 1);
    }

    [Theory]
    [InlineData(typeof(GrainReloadException))]
    [InlineData(typeof(GrainOverloadedException))]
    [InlineData(typeof(JournalOverloadedException))]
    [InlineData(typeof(WritesRefusedException))]
    [InlineData(typeof(StoreUnavailableException))]
    [InlineData(typeof(AmbiguousCommitException))]
    public void A_failure_keeps_its_type_so_that_callers_can_act_on_it(Type type)
    {
        object?[] arguments = type.GetConstructors()[0].GetParameters().Length == 1 ? ["cause"] : ["cause", null];
        var failure = (Exception)Activator.CreateInstance(type, arguments)!;
        var arrived = Travel(failure);
        Assert.IsType(type, arrived);
        Assert.Equal("cause", arrived.Message);
    }

    [Fact]
    public void A_damaged_home_is_named_wherever_it_is_met()
    {
        var home = new HomeId(new IdentifierKey(7));
        var arrived = Travel(new HomeDamagedException(home, 3, new EntryFormatException("It is damaged.")));
        Assert.Equal((home, 3), (arrived.Home, arrived.Row));
    }

    private static void AssertSame(HomeView left, HomeView right)
    {
        var (one, other) = (left.Resolution, right.Resolution);
        Assert.Equal<AcceptedPair>(one.Accepted, other.Accepted);
        Assert.Equal<RefusedPair>(one.Refused, other.Refused);
        Assert.Equal<Identifier>(one.Generic, other.Generic);
        Assert.Equal<OversizeComponent>(one.Oversize, other.Oversize);
        foreach (var refused in other.Refused)
            Assert.Equal<Identifier>(one.WitnessOf(refused).FromFirst, other.WitnessOf(refused).FromFirst);
        Assert.Equal((left.Seq, left.PolicyVersion), (right.Seq, right.PolicyVersion));
        for (var i = 0; i < left.Profiles.Length; i++)
        {
            var (mine, theirs) = (left.Profiles[i], right.Profiles[i]);
            Assert.Equal(mine.Id, theirs.Id);
            Assert.Equal<IdentifierKey>(mine.Keys, theirs.Keys);
            Assert.Equal(mine.Traits, theirs.Traits);
            Assert.Equal(mine.Consents, theirs.Consents);
            Assert.Same(theirs, right.Find(theirs.Keys[0]));
            Assert.Equal(mine.Facts.Sum(static facts => facts.Count), theirs.Facts.Sum(static facts => facts.Count));
            foreach (var identifier in mine.Resolved.Identifiers)
                Assert.Equal(one.IsLinkable(identifier), other.IsLinkable(identifier));
        }
    }

    private static HomeView Assemble(CanonicalEvent[] events, IdentityPolicy policy, IdentifierKeyDerivation derivation)
    {
        var state = new HomeState(
            new HomeId(derivation.Derive(events[0].Identifiers[0])), new IdentityPolicies(policy));
        foreach (var (e, index) in events.Select(static (e, index) => (e, index)))
        {
            ImmutableArray<IdentifierKey> keys = [.. e.Identifiers.Select(derivation.Derive)];
            var applied = HomeRules.Apply(
                state, new RoutedEvent(e with { EventId = $"{index}" }, keys, keys), SampleEvents.AcceptedAt).Entry!;
            // Joins that were never opened are confirmed: what follows may link and conflict.
            state.Fold(applied with { Opened = index % 5 == 4 ? applied.Opened : [] });
        }
        return ProfileAssembly.Assemble(state);
    }

    private static byte[] Bytes(HomeView view)
    {
        var bytes = new ArrayBufferWriter<byte>();
        HomeViewFormat.Write(view, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    private static object?[] Parts(CanonicalEvent e) =>
    [
        e.Source, e.EventId, e.EventTime, (Identifier[])[.. e.Identifiers], e.Fact, e.Name, (TraitValue[])[.. e.Traits],
        (ConsentStatement[])[.. e.Consents], (SourceField[])[.. e.SourceFields], e.CleaningVersion, e.ContentHash,
        e.Raw.ToArray(),
    ];

    private static object?[] Parts(NeighbourReport? report) => report is null
        ? [null]
        : [report.Home, report.Version, (Neighbour[])[.. report.Neighbours], (HomeId[])[.. report.Superseded]];

    private static object?[] Parts(OpenJoin join) =>
        [join.Identifier, join.Member, join.Carrier, .. Parts(join.Report), join.Rule];

    private static object?[] Parts(Decision decision) =>
    [
        decision.Id, decision.Kind, (Identifier[])[.. decision.Identifiers], (IdentifierKey[])[.. decision.Keys],
        decision.Source, decision.EventId, decision.Made, decision.Undone,
    ];

    private static Gen<ImmutableArray<T>> Many<T>(Gen<T> one) =>
        one.Array[0, 4].Select(static many => ImmutableArray.Create(many));

    private static readonly Gen<IdentifierKey> Key =
        Gen.Select(Gen.ULong, Gen.ULong, static (high, low) => new IdentifierKey(new UInt128(high, low)));

    private static readonly Gen<HomeId> Home = Key.Select(static key => new HomeId(key));

    private static readonly Gen<Identifier> Name =
        Gen.Select(Gen.String, Gen.String, static (name, value) => new Identifier(name, value));

    private static readonly Gen<Fact> Facts = Gen.Select(
        Gen.Enum<EventClass>(), Gen.Enum<Channel>(), Gen.Long, Gen.Long,
        Gen.Bool.Select(static some => some ? "EUR" : ""),
        static (c, channel, units, amount, currency) => new Fact(c, channel, units, amount, currency));

    private static readonly Gen<CanonicalEvent> Event = Gen.Select(
        Gen.String, Gen.Long, Many(Name), Facts, Gen.Byte.Array[0, 40],
        static (text, number, identifiers, fact, raw) => new CanonicalEvent
        {
            Source = text,
            EventId = text + "#",
            EventTime = new(number),
            Identifiers = identifiers,
            Fact = fact,
            Name = text,
            Traits = [new TraitValue(text, "1")],
            Consents = number % 2 == 0 ? [] : [new ConsentStatement(text, number % 3 == 0)],
            SourceFields = [new SourceField("trait", text)],
            CleaningVersion = 3,
            ContentHash = (ulong)number,
            Raw = raw,
        });

    private static readonly Gen<Neighbour> Neighbours =
        Gen.Select(Gen.String, Key, static (name, key) => new Neighbour(name, key));

    private static readonly Gen<NeighbourReport> Report = Gen.Select(
        Home, Gen.Int, Many(Neighbours), Many(Home),
        static (home, version, neighbours, old) => new NeighbourReport(home, version, neighbours, old));

    private static readonly Gen<ValueRule> Rule = Gen.Select(
        Gen.Int, Gen.Int.Nullable(), Gen.Bool,
        static (version, after, blocked) => new ValueRule(version, after, blocked));

    private static readonly Gen<OpenJoin> Join = Gen.Select(
        Key, Gen.Bool, Gen.Bool, Report.Null(), Rule,
        static (key, member, carrier, report, rule) => new OpenJoin(key, member, carrier, report, rule));

    private static readonly Gen<DecisionId> Id = Key.Select(static key => new DecisionId(key.Bits));

    private static readonly Gen<OperatorAct> Act =
        Gen.Select(Gen.String, Gen.String, Gen.Long, static (by, reason, at) => new OperatorAct(by, reason, new(at)));

    private static readonly Gen<Decision> Decision = Gen.Select(
        Id, Gen.Enum<DecisionKind>(), Many(Name), Many(Key), Gen.String, Act, Act.Null(),
        static (id, kind, names, keys, text, made, undone) =>
            new Decision(id, kind, names, keys, text, text + "#", made, undone));

    private static readonly Gen<Gate> GateGen =
        Gen.Select(Gen.Enum<HomeStatus>(), Home, static (standing, home) => new Gate(standing, home));

    /// <summary>Events of few people and devices, so that links conflict.</summary>
    private static readonly Gen<CanonicalEvent[]> Events = Gen.Select(
        Gen.Int[1, 4], Gen.Int[1, 3], Gen.Int[1, 3], Gen.Long[0, 500],
        static (user, device, mail, days) => SampleEvents.Order(
            "x", SampleEvents.User($"u{user}"), new Identifier("device_id", $"d{device}"),
            SampleEvents.Email($"m{mail}@a.b"))
            with
        {
            EventTime = SampleEvents.Day + (days * FactLimits.DayMilliseconds),
            Consents = [new ConsentStatement("ads", days % 2 == 0), new ConsentStatement("mail", days % 3 == 0)],
        }).Array[1, 12];
}
