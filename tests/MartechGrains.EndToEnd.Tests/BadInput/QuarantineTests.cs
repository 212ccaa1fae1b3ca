using System.Text;
using Google.Protobuf;
using MartechGrains.Protocol.Ingest.V1;
using Xunit;
using static MartechGrains.Protocol.Ingest.V1.EventResult.Types;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>
/// Events that cannot be used, through every door: each is told with reason, field and remedy, is in quarantine with
/// its bytes, and costs its neighbour in the same batch nothing.
/// </summary>
[Collection(OneProcess.Name)]
public sealed class QuarantineTests(BadInputServer fixture)
{
    public static TheoryData<string, Door> SegmentCases => Cases(BadSegmentEvents.All);

    public static TheoryData<string, Door> TypedCases => Cases(BadTypedEvents.All);

    [SkippableTheory]
    [MemberData(nameof(SegmentCases))]
    public Task A_bad_Segment_event_is_told_and_kept(string name, Door door) =>
        AssertKeptAsync(BadSegmentEvents.All[name], door);

    [SkippableTheory]
    [MemberData(nameof(TypedCases))]
    public Task A_bad_typed_event_is_told_and_kept(string name, Door door) =>
        AssertKeptAsync(BadTypedEvents.All[name], door);

    [SkippableTheory]
    [InlineData(Door.GrpcCall)]
    [InlineData(Door.GrpcStream)]
    [InlineData(Door.JsonCall)]
    public Task An_event_of_megabytes_is_told_and_kept(Door door) => AssertKeptAsync(
        BadEvent.Track("EVENT_TOO_LARGE", "", $"\"userId\":\"{BadEvent.Personal}{new string('x', 3_000_000)}\""), door);

    [SkippableTheory]
    [MemberData(nameof(AllDoors))]
    public async Task A_second_delivery_with_other_content_is_told_and_kept_and_the_first_stands(Door door)
    {
        var server = await fixture.AddressAsync();
        var first = GoodEvent.Create(out var user);
        var second = new Event
        {
            SegmentJson = ByteString.CopyFromUtf8(
                first.SegmentJson.ToStringUtf8().Replace("Signed In", BadEvent.Personal)),
        };

        var outcomes = new List<Outcome>(await server.SendAsync(door, first));
        outcomes.AddRange(await server.SendAsync(door, second));

        Assert.Equal([Status.Accepted, Status.Quarantined], outcomes.Select(outcome => outcome.Status));
        Assert.Equal(("CONFLICTING_DUPLICATE", "event_id"), (outcomes[1].Reason, outcomes[1].Field));
        var kept = await server.QuarantinedAsync(outcomes[1].QuarantineId);
        Assert.Equal((second.SegmentJson, $"m-{user}"), (kept.Raw, kept.EventId));
        Assert.Equal(1, (await server.Channel.ProfileAsync("user_id", user)).EventCount());
    }

    [SkippableTheory]
    [MemberData(nameof(AllDoors))]
    public async Task A_bad_event_that_is_sent_again_is_kept_once(Door door)
    {
        var server = await fixture.AddressAsync();
        var item = BadSegmentEvents.All["1970"].Write($"again-{Guid.NewGuid():n}");

        var first = Assert.Single(await server.SendAsync(door, item));
        var again = Assert.Single(await server.SendAsync(door, item));

        Assert.Equal(first.QuarantineId, again.QuarantineId);
        Assert.Single(await server.ListQuarantineAsync(first.Reason), kept => kept.QuarantineId == first.QuarantineId);
    }

    [SkippableFact]
    public async Task An_event_is_kept_as_sent_and_completed_by_what_its_batch_says_for_all()
    {
        var server = await fixture.AddressAsync();
        const string Sent = $$"""{"type":"dance", "userId" : "{{BadEvent.Personal}}"}""";
        const string Shared = """
            "context":{"library":{"name":"x"}},"sentAt":"2026-01-01T00:00:00Z"
            """;

        var answer = await server.PostAsync(
            "/v1/batch", Encoding.UTF8.GetBytes($$"""{"batch":[{{Sent}}],{{Shared}}}"""));

        var id = answer.Json.GetProperty("quarantined")[0].GetProperty("quarantineId").GetString()!;
        Assert.Equal($"{Sent[..^1]},{Shared}}}", (await server.QuarantinedAsync(id)).Raw.ToStringUtf8());
    }

    public static TheoryData<Door> AllDoors => [.. Enum.GetValues<Door>()];

    private static TheoryData<string, Door> Cases(IReadOnlyDictionary<string, BadEvent> events)
    {
        var cases = new TheoryData<string, Door>();
        foreach (var (name, bad) in events)
        {
            foreach (var door in bad.Doors)
                cases.Add(name, door);
        }

        return cases;
    }

    private async Task AssertKeptAsync(BadEvent bad, Door door)
    {
        var server = await fixture.AddressAsync();
        var item = bad.Write($"bad-{Guid.NewGuid():n}");
        var good = GoodEvent.Create(out var user);

        var outcomes = await server.SendAsync(door, item, good);

        Assert.Equal([Status.Quarantined, Status.Accepted], outcomes.Select(outcome => outcome.Status));
        var told = outcomes[0];
        Assert.Equal((bad.Reason, bad.Field), (told.Reason, told.Field));
        Assert.NotEmpty(told.Remedy);
        Assert.DoesNotContain(BadEvent.Personal, told.Answer, StringComparison.OrdinalIgnoreCase);
        var kept = await server.QuarantinedAsync(told.QuarantineId);
        Assert.Equal(BadEvent.BytesOf(item), kept.Raw.ToByteArray());
        Assert.Equal(
            (Doors.Source, told.Reason, told.Field, told.Remedy), (kept.Source, kept.Reason, kept.Field, kept.Remedy));
        Assert.NotEmpty(kept.Detail);
        kept.Raw = ByteString.Empty;
        Assert.DoesNotContain(BadEvent.Personal, kept.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains(kept, await server.ListQuarantineAsync(bad.Reason));
        Assert.Equal(1, (await server.Channel.ProfileAsync("user_id", user)).EventCount());
    }
}
