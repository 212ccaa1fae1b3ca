using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using Xunit;
using static MartechGrains.Core.Tests.Facts.Histories;
using static MartechGrains.Core.Tests.Features.FeatureEvaluationTests;

namespace MartechGrains.Core.Tests.Features;

public class LifecycleTests
{
    [Theory]
    [InlineData(0, "new", 30)]
    [InlineData(29, "new", 30)]
    [InlineData(30, "active", 60)]
    [InlineData(60, "cooling", 120)]
    [InlineData(120, "at_risk", 180)]
    [InlineData(180, "lapsed", 240)]
    [InlineData(240, "lost", -1)]
    public void One_order_ages_through_the_stages(int days, string stage, int nextDays)
    {
        var value = At("lifecycle", [Orders(0)], Now + (days * Day));
        Assert.Equal(stage, value.Value.Category);
        Assert.Equal(nextDays < 0 ? null : Now + (nextDays * Day), value.NextChangeAt?.Milliseconds);
        Assert.Equal(Now, value.Freshness?.Milliseconds);
    }

    [Theory]
    [InlineData(179, 0, "active")]
    [InlineData(180, 0, "reactivated")]
    [InlineData(180, 29, "reactivated")]
    [InlineData(180, 30, "active")]
    [InlineData(1_800, 5, "reactivated")]
    public void An_order_after_half_a_year_reactivates_for_thirty_days(int gap, int later, string stage)
    {
        var group = FactGroup.FromRows(
            [Row(1, Now, EventClass.OrderCompleted), Row(2, Now + (gap * Day), EventClass.OrderCompleted)]);
        Assert.Equal(stage, At("lifecycle", [group.Snapshot()], Now + ((gap + later) * Day)).Value.Category);
    }

    [Fact]
    public void Another_order_soon_after_does_not_end_the_reactivation_and_the_gap_is_found_across_groups()
    {
        var early = Orders(0);
        var late = Orders(200, 210, 215);
        var value = At("lifecycle", [late, early], Now + (216 * Day));
        Assert.Equal("reactivated", value.Value.Category);
        Assert.Equal(Now + (230 * Day), value.NextChangeAt?.Milliseconds);
    }

    [Fact]
    public void Nobody_who_never_ordered_is_more_than_a_prospect() =>
        Assert.Equal("prospect", At("lifecycle", [], Now).Value.Category);

    [Fact]
    public void Two_groups_that_share_a_day_count_it_once_for_all_time()
    {
        Assert.Equal(2, At("purchase_days", [Orders(0, 1_000), Orders(0)], Now + (2_000 * Day)).Value.Whole);
    }

    private static FactGroupView Orders(params int[] days) => FactGroup.FromRows(
        days.Select(day => Row(day, Now + (day * Day), EventClass.OrderCompleted))).Snapshot();
}
