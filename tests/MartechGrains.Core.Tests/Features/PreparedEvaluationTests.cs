using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Features;
using MartechGrains.Core.Time;
using Xunit;
using static MartechGrains.Core.Tests.Facts.Histories;
using static MartechGrains.Core.Tests.Features.FeatureEvaluationTests;

namespace MartechGrains.Core.Tests.Features;

public class PreparedEvaluationTests
{
    private static readonly long Today = Now / Day * Day;

    // Before events that are then dated later than now, around them, long after them, and at the edges of days.
    private static readonly Gen<EventTime> Moment = Gen.OneOf(
        Gen.Long[Now - (40 * Day), Now],
        Gen.Long[Now - 300_000, Now + Day],
        Gen.Long[Now, Now + (400 * Day)],
        Gen.Select(Gen.Long[-3, 70], Gen.Long[-2, 2], (days, shift) => Today + (days * Day) + shift))
        .Select(static moment => new EventTime(moment));

    // One history in four with a complaint.
    private static readonly Gen<(FactRow[] Rows, int[] Groups)> History = Gen.Select(
        Split, Gen.Int[0, 3], Gen.Long[0, 90 * Day], (split, draw, age) => draw > 0 ? split : (
            [.. split.Rows, Row(1_000, Now - age, EventClass.Unsubscribed)], [.. split.Groups, 0]));

    [Fact]
    public void It_gives_at_each_moment_it_holds_for_what_an_evaluation_gives_then_to_the_last_bit() =>
        Gen.Select(History, Moment, Gen.Double[0, 1]).Sample((history, from, part) =>
        {
            var groups = Groups(history);
            var prepared = FeatureEvaluation.Prepare(groups, from, FeatureCatalog.Current);
            var between = from + (long)((prepared.Until - from) * part);
            foreach (var now in new[] { from, from + 1, between, prepared.Until - 1 }.Where(prepared.HoldsAt))
            {
                var expected = FeatureEvaluation.Evaluate(groups, EvaluationMoment.Live(now), FeatureCatalog.Current);
                var values = prepared.Steady.AsEnumerable().Concat(prepared.MovingAt(now));
                Assert.Equal(expected.Select(Bits).Order(), values.Select(Bits).Order());
            }
        }, iter: 3_000);

    [Fact]
    public void It_holds_from_its_moment_until_the_first_steady_value_changes_or_the_day_ends() =>
        Gen.Select(History, Moment).Sample((history, from) =>
        {
            var groups = Groups(history);
            var prepared = FeatureEvaluation.Prepare(groups, from, FeatureCatalog.Current);
            var until = FeatureEvaluation.Evaluate(groups, EvaluationMoment.Live(from), FeatureCatalog.Current)
                .Where(value => value.Feature.Id is not ("fatigue" or "fatigue_band"))
                .Min(value => value.NextChangeAt);
            var tomorrow = FactLimits.StartOf(FactLimits.DayOf(from) + 1);
            Assert.Equal(EventTime.Min(until ?? tomorrow, tomorrow), prepared.Until);
            Assert.True(prepared.HoldsAt(from));
            foreach (var outside in new[] { from - 1, prepared.Until })
            {
                Assert.False(prepared.HoldsAt(outside));
                Assert.Throws<ArgumentOutOfRangeException>(() => prepared.MovingAt(outside));
            }
        });

    [Fact]
    public void Nothing_moves_where_nobody_was_written_to_or_a_complaint_settles_it()
    {
        var unmoved = FactGroup.FromRows([Row(1, Now, EventClass.PageViewed)]).Snapshot();
        var blocked = FactGroup.FromRows(
            [Row(1, Now, EventClass.MessageDelivered), Row(2, Now, EventClass.MessageMarkedAsSpam)]).Snapshot();
        var now = new EventTime(Now);
        foreach (var group in new[] { unmoved, blocked })
            Assert.Empty(FeatureEvaluation.Prepare([group], now, FeatureCatalog.Current).MovingAt(now + 1));
    }

    [Fact]
    public void Reading_it_again_allocates_two_values_however_long_the_history()
    {
        var group = FactGroup.FromRows(Enumerable.Range(0, 1_000).Select(
            id => Row(id, Now - (id * 60_000), EventClass.MessageDelivered))).Snapshot();
        var now = new EventTime(Now);
        var prepared = FeatureEvaluation.Prepare([group], now, FeatureCatalog.Current);
        prepared.MovingAt(now);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var values = prepared.MovingAt(now + 1);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(["fatigue", "fatigue_band"], values.Select(value => value.Name));
        Assert.InRange(allocated, 1, 400);
    }
}
