using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using Xunit;

namespace MartechGrains.Core.Tests.Events;

public sealed class CanonicalEventTests
{
    private static readonly CanonicalEvent Sample = new()
    {
        Source = "web",
        EventId = "1",
        EventTime = new(1),
        Identifiers = [new Identifier("user_id", "ada")],
        Fact = new Fact(EventClass.PageViewed, Channel.Web),
        Name = "page",
        CleaningVersion = 1,
        ContentHash = 1,
        Raw = default,
    };

    [Fact]
    public void The_hash_is_that_of_source_and_id_also_of_a_copy_with_others()
    {
        var original = Sample with { };
        Assert.Equal(EventHash.Of("web", "1"), original.Hash);
        Assert.Equal(EventHash.Of("web", "1"), (original with { EventTime = new(2) }).Hash);
        Assert.Equal(EventHash.Of("web", "2"), (original with { EventId = "2" }).Hash);
        Assert.Equal(EventHash.Of("app", "1"), (original with { Source = "app" }).Hash);
        Assert.Equal(EventHash.Of("web", "1"), original.Hash);
    }

    [Fact]
    public void Having_been_asked_for_its_hash_makes_no_event_another()
    {
        var asked = Sample with { };
        var unasked = Sample with { };
        Assert.NotEqual(default, asked.Hash);
        Assert.Equal(unasked, asked);
        Assert.Equal(unasked.GetHashCode(), asked.GetHashCode());
    }
}
