using Google.Protobuf.WellKnownTypes;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Grains.Adoption;
using MartechGrains.Grains.Routing;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Journal.Writing;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using Identifier = MartechGrains.Core.Identity.Identifier;

namespace MartechGrains.EndToEnd.Tests.Policies;

/// <summary>All evidence of a server's store, read past its homes.</summary>
public sealed class EvidenceReaderTests : IAsyncLifetime
{
    private static readonly DateTime Day = new(2025, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly Identifier Ada = new("user_id", "ada");
    private static readonly Identifier Bob = new("user_id", "bob");
    private static readonly Identifier Mail = new("email", "ada@example.com");
    private static readonly Identifier Info = new("email", "info@example.com");
    private static readonly Identifier Cookie = new("anonymous_id", "cookie");
    private InProcessServer? _server;

    public async Task InitializeAsync() => _server = await InProcessServer.StartAsync(
        1, $"{new PolicyText(2)}", new Dictionary<string, string> { ["shop"] = "demo" });

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    [Fact]
    public async Task Homes_that_were_absorbed_count_once_and_equal_sets_are_one()
    {
        await SendAsync(("1", 3, [Ada]), ("2", 1, [Mail]), ("3", 2, [Cookie]));
        await SendAsync(("4", 4, [Ada, Mail]), ("5", 6, [Ada, Mail]), ("6", 5, [Mail, Cookie]));
        var all = await ReadAsync();
        Assert.Equal(
            ["anonymous_id:cookie 2 2", "anonymous_id:cookie email:ada@example.com 5 5", "email:ada@example.com 1 1",
                "email:ada@example.com user_id:ada 4 6", "user_id:ada 3 3"], Lines(all.Evidence));
        Assert.Equal((1, 6, 5, 1.0), (all.Read.Pass, all.Read.Events, all.Read.Sets, all.Read.Fraction));
        Assert.True(all.Read.Homes > 1, "No home has moved, so the test shows nothing.");
    }

    [Fact]
    public async Task Retracted_events_link_no_more_wherever_their_retraction_is_and_decisions_in_force_are_read()
    {
        await SendAsync(("1", 1, [Ada, Mail]), ("2", 2, [Ada, Mail]), ("3", 3, [Mail, Cookie]), ("4", 4, [Bob]));
        var router = Of<DecisionRouter>();
        await router.RetractAsync([Retraction("2", Ada, Mail), Retraction("3", Cookie, Mail)], null, default);
        await router.LinkAsync(Link(DecisionKind.MustLink, "must", Bob, Cookie), default);
        await router.LinkAsync(Link(DecisionKind.CannotLink, "cannot", Ada, Bob), default);
        var undone = Link(DecisionKind.CannotLink, "undone", Mail, Bob);
        await router.LinkAsync(undone, default);
        await router.LinkAsync(undone with { Undone = Act }, default);
        await ListAsync("linkable", Info, undone: null);
        await ListAsync("linkable no more", Mail, undone: Act);

        var all = await ReadAsync();
        Assert.Equal(["email:ada@example.com user_id:ada 1 1", "user_id:bob 4 4"], Lines(all.Evidence));
        Assert.Equal(
            ["anonymous_id:cookie email:ada@example.com 0 0", "email:ada@example.com user_id:ada 0 0"],
            Lines(all.Retracted));
        Assert.Equal(2, all.Read.Pass);
        Assert.Equal([new IdentifierPair(Bob, Cookie)], all.Decisions.MustLinks.Select(one => one.Pair));
        Assert.Equal([new IdentifierPair(Ada, Bob)], all.Decisions.CannotLinks.Select(one => one.Pair));
        Assert.Equal([Info], all.Decisions.LinkableValues.Select(one => one.Identifier));
    }

    [Fact]
    public async Task Displaced_events_link_no_more_once_their_homes_have_united()
    {
        await SendAsync(("1", 1, [Ada, Cookie]));
        await SendAsync(("1", 2, [Mail, Info]));
        var apart = await ReadAsync();
        Assert.Equal(
            ["anonymous_id:cookie user_id:ada 1 1", "email:ada@example.com email:info@example.com 2 2"],
            Lines(apart.Evidence));
        Assert.Equal(1, apart.Read.Pass);

        await SendAsync(("2", 3, [Ada, Mail]));
        var united = await ReadAsync();
        Assert.Equal(
            ["anonymous_id:cookie user_id:ada 1 1", "email:ada@example.com user_id:ada 3 3"], Lines(united.Evidence));
        Assert.Equal(["email:ada@example.com email:info@example.com 0 0"], Lines(united.Retracted));
        Assert.Equal(2, united.Read.Pass);
    }

    [Fact]
    public async Task A_long_journal_is_read_to_its_end()
    {
        await SendAsync([.. Enumerable.Range(0, 100).Select(i => ($"{i}", i, new[] { Ada }))]);
        Assert.Equal(["user_id:ada 0 99"], Lines((await ReadAsync()).Evidence));
    }

    [Fact]
    public async Task More_evidence_than_the_limit_is_refused()
    {
        await SendAsync(("1", 1, [Ada]), ("2", 2, [Bob]), ("3", 3, [Cookie]));
        var refused = await Assert.ThrowsAsync<TooMuchEvidenceException>(() => ReadAsync(maxSets: 2));
        Assert.Equal(2, refused.MaxSets);
        await ReadAsync(maxSets: 3);
    }

    [Fact]
    public async Task More_values_made_linkable_than_the_limit_are_refused()
    {
        await ListAsync("1", Ada, undone: null);
        await ListAsync("2", Bob, undone: null);
        await ListAsync("3", Mail, undone: Act);
        await Assert.ThrowsAsync<TooMuchEvidenceException>(() => ReadAsync(maxSets: 1));
        Assert.Equal(2, (await ReadAsync(maxSets: 2)).Decisions.LinkableValues.Length);
    }

    [Fact]
    public async Task A_what_if_leaves_the_store_as_it_is()
    {
        await SendAsync(("1", 1, [Ada, Info]), ("2", 2, [Bob, Info]), ("3", 3, [Cookie, Info]), ("4", 4, [Ada, Mail]));
        var channel = _server!.Address.Channel;
        var (heads, hash) = (await HeadsAsync(), await channel.StateHashAsync(Day));
        var found = await channel.DryRunAsync(new PolicyText(3) { BlockedEmails = "^test@" });
        Assert.Equal((1, 1), (found.Counts.Merged, found.CeaseBlocked.Count));
        Assert.Equal(heads, await HeadsAsync());
        Assert.Equal(hash, await channel.StateHashAsync(Day));
    }

    private static OperatorAct Act => new("ada", "a test", new(1));

    private T Of<T>()
        where T : notnull => _server!.Services.GetRequiredService<T>();

    private Task<AllEvidence> ReadAsync(int maxSets = EvidenceReader.MaxSets) =>
        Of<EvidenceReader>().ReadAsync(maxSets, _ => Task.CompletedTask, CancellationToken.None);

    private async Task<List<(HomeId Home, int Head)>> HeadsAsync()
    {
        var heads = new List<(HomeId, int)>();
        foreach (var home in await Of<IJournalReads>().ReadHomesAsync(null, StoreLimits.MaxPage))
            heads.Add((home, await Of<IJournalReads>().ReadHeadAsync(home)));
        return heads;
    }

    private Task SendAsync(params (string Id, int Second, Identifier[] Identifiers)[] events) =>
        _server!.Address.Channel.SendAsync(events.Select(one =>
        {
            var typed = new TypedEvent
            {
                EventId = one.Id,
                EventTime = Timestamp.FromDateTime(Day.AddSeconds(one.Second)),
                EventClass = EventClass.PageViewed,
                Name = "Seen",
            };
            typed.Identifiers.Add(one.Identifiers.Select(static identifier => new Protocol.Types.V1.Identifier
            {
                Namespace = identifier.Namespace,
                Value = identifier.Value,
            }));
            return new Event { Typed = typed };
        }));

    private Decision Retraction(string eventId, params Identifier[] identifiers) => new(
        DecisionId.Of($"retract {eventId}"), DecisionKind.Retraction, [.. identifiers], Keys(identifiers), "shop",
        eventId, Act);

    private Decision Link(DecisionKind kind, string id, params Identifier[] identifiers) =>
        new(DecisionId.Of(id), kind, [.. identifiers], Keys(identifiers), "", "", Act);

    private System.Collections.Immutable.ImmutableArray<IdentifierKey> Keys(Identifier[] identifiers) =>
        [.. identifiers.Select(Of<IdentifierKeyDerivation>().Derive)];

    private async Task ListAsync(string id, Identifier value, OperatorAct? undone)
    {
        var decision = new OperatorDecision(
            DecisionId.Of(id), OperatorDecisionKind.LinkableValue, [value], "", "", Act, undone);
        var row = Of<DecisionCodec>().Encode(decision, 1, unfinished: false);
        Assert.Equal(WriteStatus.Committed, (await Of<JournalWriter>().WriteAsync(new DecisionWrite(row))).Status);
    }

    private static IEnumerable<string> Lines(IEnumerable<EvidenceSet> sets) => sets
        .Select(set => $"{string.Join(' ', set.Identifiers)} {Seconds(set.OldestEventTime.Milliseconds)} "
            + $"{Seconds(set.NewestEventTime.Milliseconds)}")
        .Order(StringComparer.Ordinal);

    private static long Seconds(long time) =>
        time == 0 ? 0 : (time - new DateTimeOffset(Day).ToUnixTimeMilliseconds()) / 1000;
}
