using Google.Protobuf;
using MartechGrains.EndToEnd.Tests.Support;
using Xunit;
using static MartechGrains.Protocol.Ingest.V1.EventResult.Types;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>
/// Events that cannot be used, through every door: each is told with reason, field and remedy, is in quarantine with
/// its bytes, and costs its neighbour in the same batch nothing.
/// </summary>
public sealed class QuarantineTests(BadInputServer fixture) : IClassFixture<BadInputServer>
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
