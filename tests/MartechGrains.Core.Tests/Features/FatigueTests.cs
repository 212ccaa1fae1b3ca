using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using Xunit;
using static MartechGrains.Core.Tests.Facts.Histories;
using static MartechGrains.Core.Tests.Features.FeatureEvaluationTests;

namespace MartechGrains.Core.Tests.Features;

public class FatigueTests
{
    private static readonly long Noon = (Now / Day * Day) + (Day / 2);

    [Theory]
    [InlineData(1.0, 70.2, 0.05)]
    [InlineData(7.0, 26.8, 0.05)]
    [InlineData(7.0 / 3, 45.1, 0.7)]
    public void Steady_sending_gives_the_published_scores_just_after_a_send(
        double everyDays, double score, double within)
    {
        var value = At("fatigue", [Sends(everyDays)], Noon);
        Assert.InRange(value.Value.Number, score - within, score + within);
    }

    [Fact]
    public void Day_tiles_cost_at_most_what_is_stated() => Split.Sample(split =>
    {
        // Per event: a weight of 2 at most, a quarter of it left, off by 12.3 %; the score moves by 25 per unit at
        // most.
        var older = split.Rows.Count(row => row.EventTime.Milliseconds / Day < (Now / Day) - 6);
        var off = At("fatigue", Groups(split), Now).Value.Number - NaiveFeatures.FatigueWithoutTiles(split.Rows, Now);
        Assert.InRange(off, -0.001 - (older * 2 * 0.25 * 0.123 * 25), 0.001 + (older * 2 * 0.25 * 0.123 * 25));
    });

    [Fact]
    public void Bands_follow_score_and_data()
    {
        Assert.Equal("saturated", At("fatigue_band", [Sends(1)], Noon).Value.Category);
        Assert.Equal("on_target", At("fatigue_band", [Sends(7.0 / 3)], Noon).Value.Category);
        Assert.Equal("under", At("fatigue_band", [Sends(7)], Noon).Value.Category);
        Assert.Equal("insufficient_data", At("fatigue_band", [Sends(20)], Noon).Value.Category);
        Assert.Equal("insufficient_data", At("fatigue_band", [], Noon).Value.Category);
    }

    [Theory]
    [InlineData(EventClass.MessageMarkedAsSpam)]
    [InlineData(EventClass.Unsubscribed)]
    public void A_complaint_blocks_for_all_time_and_names_its_event(EventClass complaint)
    {
        var row = Row(1, Noon, complaint);
        var group = FactGroup.FromRows([row, Row(2, Noon + (900 * Day), EventClass.OrderCompleted)]).Snapshot();
        var value = At("fatigue", [group], Noon + (1_000 * Day));
        Assert.Equal((100.0, row.EventHash, null), (value.Value.Number, value.SourceEvent, value.NextChangeAt));
        Assert.Equal("blocked", At("fatigue_band", [group], Noon + (1_000 * Day)).Value.Category);
    }

    [Fact]
    public void Relief_never_makes_it_negative()
    {
        var group = FactGroup.FromRows(
            [Row(1, Noon, EventClass.MessageDelivered, Channel.Email), Row(2, Noon, EventClass.OrderCompleted)]);
        Assert.Equal(0, At("fatigue", [group.Snapshot()], Noon).Value.Number);
    }

    [Theory]
    [InlineData(Channel.Email, 1)]
    [InlineData(Channel.Push, 1)]
    [InlineData(Channel.Unknown, 1)]
    [InlineData(Channel.Sms, 2)]
    [InlineData(Channel.InApp, 0.3)]
    public void A_message_weighs_by_its_channel(Channel channel, double weight)
    {
        var group = FactGroup.FromRows([Row(1, Noon, EventClass.MessageDelivered, channel)]).Snapshot();
        Assert.Equal(100 * (1 - Math.Exp(-weight / 4)), At("fatigue", [group], Noon).Value.Number, 12);
        Assert.Equal(100 * (1 - Math.Exp(-weight / 8)), At("fatigue", [group], Noon + (3 * Day)).Value.Number, 12);
    }

    private static FactGroupView Sends(double everyDays) => FactGroup.FromRows(
        Enumerable.Range(0, (int)(300 / everyDays)).Select(i => Row(
            i, Noon - (long)(i * everyDays * Day), EventClass.MessageDelivered, Channel.Email))).Snapshot();
}
