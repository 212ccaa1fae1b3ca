using System.Collections.Immutable;
using CsCheck;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Incremental;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

public class GrowingPartitionTests
{
    private const int Iterations = 3000;
    private const int IdentifiersOfLargeHome = 500;

    [Fact]
    public void After_any_history_it_is_what_resolving_all_of_it_gives() =>
        Gen.Select(EvidenceWorld.WildPolicy, HomeStory.AnyStep.Array[1, 25]).Sample((policy, steps) =>
        {
            var story = new HomeStory(policy);
            foreach (var step in steps)
            {
                story.Take(step);
                if (step.Asks)
                    Assert.Equal(story.Expected(), story.Actual());
            }

            Assert.Equal(story.Expected(), story.Actual());
        }, iter: Iterations);

    [Fact]
    public void What_is_told_to_have_changed_is_all_that_changed() =>
        Gen.Select(EvidenceWorld.WildPolicy, HomeStory.AnyStep.Array[1, 25]).Sample((policy, steps) =>
        {
            var story = new HomeStory(policy);
            var told = ImmutableDictionary<Identifier, string>.Empty;
            foreach (var step in steps)
            {
                story.Take(step);
                if (!step.Asks)
                    continue;
                var changes = story.Partition.TakeChanges();
                var now = story.ByIdentifier();
                var changed = now.Where(i => told.GetValueOrDefault(i.Key) != i.Value).Select(i => i.Value)
                    .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
                Assert.Equal(changed, changes.Profiles.Select(c => story.Describe(c.Profile))
                    .Order(StringComparer.Ordinal));
                foreach (var change in changes.Profiles)
                {
                    var former = change.Profile.Identifiers.Where(told.ContainsKey).Select(i => Members(told[i]));
                    Assert.Equal(former.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
                        change.Former.Select(f => Members(HomeStory.Name(f))).Order(StringComparer.Ordinal));
                }

                Assert.Equal(told.Keys.Except(now.Keys).Order(), changes.Gone);
                told = now;
            }
        }, iter: Iterations);

    [Fact]
    public void Evidence_without_conflict_is_never_resolved_in_full_in_whatever_order_joins_are_confirmed() =>
        Gen.Select(Gen.Int[2, 40], Gen.Int).Sample((count, seed) =>
        {
            var random = new Random(seed);
            var partition = new GrowingPartition(EvidenceWorld.Policies());
            var events = Enumerable.Range(0, count).Select(i => LargeHomeSet(random, i)).ToArray();
            random.Shuffle(events);
            var open = new List<Identifier>();
            foreach (var set in events)
            {
                foreach (var identifier in set.Identifiers.Where(i => partition.Find(i) is null))
                {
                    partition.MarkUnconfirmed(identifier, true);
                    open.Add(identifier);
                }

                partition.Add(set);
                if (random.Next(3) == 0)
                    Confirm();
            }

            Confirm();
            Assert.Equal(0, partition.FullResolutions);
            Assert.Equal(ResolutionText.Profiles(Resolver.Resolve(
                events, IdentityDecisions.None, EvidenceWorld.Policies()).Profiles),
                ResolutionText.Profiles(partition.Profiles()));

            void Confirm()
            {
                foreach (var identifier in open.OrderBy(_ => random.Next()))
                    partition.MarkUnconfirmed(identifier, false);
                open.Clear();
            }
        }, iter: 500);

    [Fact]
    public void A_value_that_was_linkable_by_decision_alone_is_told_to_be_gone_though_events_bring_it_again()
    {
        var (blocked, mail) = (new Identifier("crm", "ada"), new Identifier("mail", "a@x.example"));
        var partition = new GrowingPartition(new IdentityPolicy(
            1, EvidenceWorld.Policies().Namespaces, new BlockedValues(["ada"], [])));
        partition.Decide(new IdentityDecisions([], [], [new LinkableValue("l", blocked)]));
        partition.Add(new EvidenceSet([blocked, mail], new(5), new(5)));
        var emitted = Assert.Single(partition.TakeChanges().Profiles).Profile;
        Assert.Equal<IEnumerable<Identifier>>([blocked, mail], emitted.Identifiers);
        partition.Decide(IdentityDecisions.None);
        partition.Replace([]);
        Assert.Empty(partition.Profiles());

        partition.Add(new EvidenceSet([blocked], new(7), new(7)));

        Assert.Equal<IEnumerable<Identifier>>([blocked, mail], partition.TakeChanges().Gone);
    }

    [Fact]
    public void A_repeated_event_touches_nothing()
    {
        var (ada, phone) = (new Identifier("crm", "ada"), new Identifier("device", "phone"));
        var partition = new GrowingPartition(EvidenceWorld.Policies());
        partition.Add(new EvidenceSet([ada, phone], new(5), new(5)));
        Assert.Equal(ada, Assert.Single(partition.TakeChanges().Profiles).Profile.Anchor);
        partition.Add(new EvidenceSet([ada, phone], new(9), new(9)));
        partition.Add(new EvidenceSet([ada, phone], new(5), new(7)));
        Assert.Empty(partition.TakeChanges().Profiles);
        Assert.Equal(0, partition.FullResolutions);
    }

    [Fact]
    public void An_older_event_moves_the_anchor()
    {
        var (ada, phone) = (new Identifier("crm", "ada"), new Identifier("device", "phone"));
        var partition = new GrowingPartition(EvidenceWorld.Policies());
        partition.Add(new EvidenceSet([ada, phone], new(5), new(5)));
        partition.TakeChanges();
        partition.Add(new EvidenceSet([phone], new(3), new(3)));
        Assert.Equal(phone, partition.AnchorOf(ada));
        var change = Assert.Single(partition.TakeChanges().Profiles);
        Assert.Equal((phone, ada), (change.Profile.Anchor, Assert.Single(change.Former).Anchor));
        Assert.Equal(0, partition.FullResolutions);
    }

    [Fact]
    public void A_known_set_seen_again_decides_anew_beside_a_refusal()
    {
        var (ada, bob) = (new Identifier("crm", "ada"), new Identifier("crm", "bob"));
        var phone = new Identifier("device", "phone");
        var partition = new GrowingPartition(EvidenceWorld.Policies());
        partition.Add([ada, phone], new(1));
        partition.Add([bob, phone], new(2));
        Assert.Equal(bob, partition.AnchorOf(phone));
        partition.Add([ada, phone], new(3));
        Assert.Equal(ada, partition.AnchorOf(phone));
    }

    [Fact]
    public void A_confirmed_value_counts_within_windows_by_its_first_time()
    {
        var policy = new IdentityPolicy(1,
        [
            new NamespacePolicy { Name = "crm", Priority = 1, MaxPerProfile = 1 },
            new NamespacePolicy { Name = "mail", Priority = 2, MaxPerProfile = 1, LimitWindow = 10 },
        ]);
        var ada = new Identifier("crm", "ada");
        var partition = new GrowingPartition(policy);
        foreach (var time in new[] { 30, 10, 20 })
        {
            var mail = new Identifier("mail", $"{time}");
            partition.MarkUnconfirmed(mail, true);
            partition.Add([ada, mail], new(time));
            partition.MarkUnconfirmed(mail, false);
        }

        Assert.Equal(4, partition.Find(ada)!.Identifiers.Length);
        Assert.Equal(0, partition.FullResolutions);
        partition.Add([ada, new Identifier("mail", "29")], new(29));
        Assert.Equal(4, partition.Find(ada)!.Identifiers.Length);
        Assert.True(partition.HasRefusals);
        Assert.Equal(1, partition.FullResolutions);
    }

    [Fact]
    public void A_large_home_grows_without_being_resolved_in_full()
    {
        var random = new Random(1);
        var partition = new GrowingPartition(EvidenceWorld.Policies());
        for (var i = 0; i < IdentifiersOfLargeHome; i++)
            partition.Add(LargeHomeSet(random, i));
        Assert.Equal(IdentifiersOfLargeHome + 1, Assert.Single(partition.Profiles()).Identifiers.Length);
        Assert.Equal(0, partition.FullResolutions);
    }

    /// <summary>A person's devices, each seen with her number or with an earlier device.</summary>
    private static EvidenceSet LargeHomeSet(Random random, int i)
    {
        var time = new EventTime(random.NextInt64(1_000_000));
        var other = i == 0 || random.Next(2) == 0
            ? new Identifier(EvidenceWorld.Crm, "ada")
            : new Identifier(EvidenceWorld.Device, $"device{random.Next(i)}");
        var device = new Identifier(EvidenceWorld.Device, $"device{i}");
        return new EvidenceSet([.. new[] { other, device }.Order()], time, time + random.NextInt64(10));
    }

    private static string Members(string description) =>
        description[..description.IndexOf('!', StringComparison.Ordinal)];
}
