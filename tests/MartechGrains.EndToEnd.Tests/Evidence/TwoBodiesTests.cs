using System.Globalization;
using Google.Protobuf;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.BadInput;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Journal.Contracts;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Lineage.V1;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;
using Status = MartechGrains.Protocol.Ingest.V1.EventResult.Types.Status;

namespace MartechGrains.EndToEnd.Tests.Evidence;

/// <summary>
/// One message id, two bodies, two devices; and then the log-ins that make both devices one person. What was accepted
/// first counts, the other is in quarantine, and after a restart it is the same.
/// </summary>
public sealed class TwoBodiesTests
{
    /// <summary>So many that of some the home goes on that holds the first body, of some the other.</summary>
    private const int People = 8;

    private static readonly string[] Options = ["--write-key", $"{Doors.Source}={Doors.Key}"];
    private static readonly DateTime AsOf = new(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc);

    [SkippableTheory]
    [InlineData(Door.SegmentEvent)]
    [InlineData(Door.GrpcCall)]
    public async Task The_first_of_two_bodies_counts_and_the_other_is_kept_on_SQLite(Door door)
    {
        await using var store = TestStore.Sqlite();
        await HoldsAsync(store, door);
    }

    [SkippableFact]
    public async Task The_first_of_two_bodies_counts_and_the_other_is_kept_on_PostgreSQL()
    {
        await using var store = await TestStore.PostgresAsync();
        await HoldsAsync(store, Door.GrpcCall);
    }

    [SkippableFact]
    public async Task A_union_of_more_conflicts_than_one_append_may_hold_keeps_all_of_them()
    {
        const int ids = StoreLimits.MaxAppendQuarantined + 50;
        await using var store = TestStore.Sqlite();
        await using var server = await ServerProcess.StartAsync(store, Options);
        var people = Enumerable.Range(0, ids).ToArray();
        foreach (var (device, total) in ((char, int)[])[('a', 10), ('b', 20)])
        {
            await server.Address.Channel.SendAsync(
                people.Select(person => Order(person, device, total, of: $"{device}")), Doors.Key);
        }

        await server.Address.Channel.SendAsync([LogIn(0, 'a', of: "a"), LogIn(0, 'b', of: "b")], Doors.Key);

        var profile = await server.Address.Channel.ProfileAsync("user_id", "u0");
        Assert.Equal((1000 * ids, ids + 2), (profile.MinorUnits("revenue", "EUR"), profile.EventCount()));
        Assert.Equal(ids, (await server.Address.ListQuarantineAsync("CONFLICTING_DUPLICATE")).Count);
        Assert.Equal(ids, (await FeedAsync(server.Address)).Count);
    }

    private static async Task HoldsAsync(TestStore store, Door door)
    {
        await using var server = await ServerProcess.StartAsync(store, Options);
        for (var person = 0; person < People; person++)
        {
            foreach (var sent in (Event[])[Order(person, 'a', 10), Order(person, 'b', 20), LogIn(person, 'a'),
                LogIn(person, 'b')])
                Assert.Equal(Status.Accepted, Assert.Single(await server.Address.SendAsync(door, sent)).Status);
        }

        var before = await LookAsync(server.Address);
        await server.KillAsync();
        await server.RestartAsync();
        Assert.Equal(before, await LookAsync(server.Address));

        for (var person = 0; person < People; person++)
        {
            var again = Assert.Single(await server.Address.SendAsync(door, Order(person, 'b', 20)));
            Assert.Equal((Status.Quarantined, "CONFLICTING_DUPLICATE"), (again.Status, again.Reason));
            Assert.Contains(again.QuarantineId, before, StringComparison.Ordinal);
        }

        Assert.Equal(before, await LookAsync(server.Address));
    }

    /// <summary>Looks whether all is as it must be, and returns what must not change.</summary>
    private static async Task<string> LookAsync(ServerAddress server)
    {
        var kept = (await server.ListQuarantineAsync("CONFLICTING_DUPLICATE"))
            .OrderBy(static one => one.EventId, StringComparer.Ordinal).ToArray();
        Assert.Equal(People, kept.Length);
        var displaced = await FeedAsync(server);
        Assert.Equal(People, displaced.Count);
        for (var person = 0; person < People; person++)
        {
            var profile = await server.Channel.ProfileAsync("user_id", $"u{person}");
            Assert.Equal((1000, 3), (profile.MinorUnits("revenue", "EUR"), profile.EventCount()));
            var whole = await server.QuarantinedAsync(kept[person].QuarantineId);
            Assert.Equal((Order(person, 'b', 20).SegmentJson, $"m{person}"), (whole.Raw, whole.EventId));
            Assert.Equal((Doors.Source, "event_id"), (whole.Source, whole.Field));
            var told = Assert.Single(displaced, entry => entry.Event.EventId == $"m{person}");
            Assert.NotEqual("", told.UnitedHome);
            Assert.Equal(
                profile.ProfileId,
                (await server.Channel.ProfileAsync(new ProfileKey { ProfileId = told.ProfileId })).ProfileId);
            var explained = await ExplainAsync(server, $"u{person}");
            Assert.Equal($"a-{person}", Assert.Single(Assert.Single(explained.Contributions).Identifiers).Value);
        }

        var state = await server.Channel.StateHashAsync(AsOf);
        return $"{state.ProfileCount} {state.StateHash} {string.Join(' ', kept.Select(static one => one.ToString()))}";
    }

    private static async Task<List<ChangeFeedEntry>> FeedAsync(ServerAddress server)
    {
        using var call = server.Channel.Operations().ReadChangeFeed(new ReadChangeFeedRequest());
        return await call.ResponseStream.ReadAllAsync()
            .SelectMany(static reply => reply.Entries)
            .Where(static entry => entry.Kind == ChangeFeedEntry.Types.Kind.EventDisplaced).ToListAsync();
    }

    private static async Task<ExplainValueResponse> ExplainAsync(ServerAddress server, string user) =>
        await new LineageService.LineageServiceClient(server.Channel).ExplainValueAsync(new ExplainValueRequest
        {
            Key = ClientExtensions.KeyOf("user_id", user),
            Field = "features.revenue",
            Purpose = ClientExtensions.Purpose,
        });

    private static Event Order(int person, char device, int total, string? of = null) => Segment(string.Create(
        CultureInfo.InvariantCulture,
        $$$"""
        {"messageId":"m{{{person}}}","type":"track","anonymousId":"{{{of ?? $"{device}-{person}"}}}","event":"Order Completed",
        "properties":{"total":{{{total}}},"currency":"EUR"},"timestamp":"2026-02-01T00:00:00Z"}
        """));

    private static Event LogIn(int person, char device, string? of = null) => Segment(
        $$"""
        {"messageId":"l{{person}}{{device}}","type":"identify","anonymousId":"{{of ?? $"{device}-{person}"}}",
        "userId":"u{{person}}","timestamp":"2026-02-02T00:00:00Z"}
        """);

    private static Event Segment(string json) => new() { SegmentJson = ByteString.CopyFromUtf8(json) };
}
