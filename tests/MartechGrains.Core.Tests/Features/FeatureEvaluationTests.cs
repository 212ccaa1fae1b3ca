using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Features;
using Xunit;
using static MartechGrains.Core.Tests.Facts.Histories;

namespace MartechGrains.Core.Tests.Features;

public class FeatureEvaluationTests
{
    // Up to a fast clock's 5 minutes before the newest event, and long after it.
    private static readonly Gen<long> AsOf = Gen.OneOf(
        Gen.Long[Now - 300_000, Now + Day], Gen.Long[Now, Now + (400 * Day)]);

    [Fact]
    public void Every_feature_equals_its_definition_over_all_rows() => Gen.Select(Split, AsOf).Sample((split, asOf) =>
    {
        var expected = NaiveFeatures.Of(split.Rows, asOf);
        var values = All(Groups(split), EvaluationMoment.Live(new(asOf)));
        foreach (var value in values.Where(value => value.Status == FeatureStatus.Present))
        {
            var definition = expected.GetValueOrDefault(value.Name);
            if (value.Feature.Id == "fatigue")
                Assert.Equal((double)definition!, value.Value.Number, 9);
            else
                Assert.Equal(definition, (object?)value.Value.Category ?? value.Value.Whole);
            Assert.True(expected.Remove(value.Name));
        }

        Assert.DoesNotContain(expected, left => !Equals(left.Value, 0L));
    }, iter: 1_000);

    [Fact]
    public void Values_do_not_depend_on_how_events_are_spread_over_groups() =>
        Gen.Select(Split, AsOf).Sample((split, asOf) =>
        {
            var moment = EvaluationMoment.Live(new(asOf));
            var one = All([FactGroup.FromRows(split.Rows).Snapshot()], moment);
            var several = All(Groups(split), moment);
            var turned = All([.. Groups(split).AsEnumerable().Reverse()], moment);
            Assert.Equal(one.Select(Bits), several.Select(Bits));
            Assert.Equal(several.Select(Bits), turned.Select(Bits));
        }, iter: 1_000);

    [Fact]
    public void Groups_that_are_separate_again_give_the_values_from_before_the_merge() =>
        Gen.Select(Split, AsOf).Sample((split, asOf) =>
        {
            var moment = EvaluationMoment.Live(new(asOf));
            var groups = Groups(split);
            var alone = groups.Select(group => All([group], moment).Select(Bits).ToList()).ToList();
            All(groups, moment);
            Assert.Equal(alone, groups.Select(group => All([group], moment).Select(Bits).ToList()));
        });

    [Fact]
    public void A_value_stays_until_its_next_change_and_changes_there() =>
        Gen.Select(Split, AsOf).Sample((split, asOf) =>
    {
        var groups = Groups(split);
        foreach (var value in All(groups, EvaluationMoment.Live(new(asOf))))
        {
            if (value.NextChangeAt?.Milliseconds is not { } next)
            {
                Assert.Equal(Plain(value), Plain(At(value.Name, groups, asOf + (3_000 * Day))));
                continue;
            }

            Assert.True(next > asOf);
            foreach (var before in new[] { next - 1, asOf + ((next - asOf) / 2), asOf + 1 })
                Assert.True(before >= next || Plain(value) == Plain(At(value.Name, groups, before)), value.Name);
            if (value.Feature.Id is not ("fatigue" or "fatigue_band"))
                Assert.NotEqual(Plain(value), Plain(At(value.Name, groups, next)));
        }
    }, iter: 300);

    [Fact]
    public void A_read_of_the_past_from_newer_groups_equals_the_fold_up_to_then_wherever_it_claims_to_be_exact() =>
        Gen.Select(Split, Gen.Long[0, 500 * Day]).Sample((split, age) =>
        {
            var moment = EvaluationMoment.Past(new(Now - age));
            var then = split.Rows.Select((row, i) => (row, group: split.Groups[i]))
                .Where(r => r.row.EventTime <= moment.AsOf).ToArray();
            var folded = All(Groups(([.. then.Select(r => r.row)], [.. then.Select(r => r.group)])), moment)
                .ToDictionary(value => value.Name);
            foreach (var value in All(Groups(split), moment).Where(IsExact))
                Assert.Equal(Plain(folded[value.Name]), Plain(value));

            static bool IsExact(FeatureValue value) =>
                value.WindowResolution is null or WindowResolution.Exact && value.Value != FeatureScalar.OfInteger(0);
        }, iter: 500);

    [Fact]
    public void An_explanations_terms_add_up_to_the_value_to_the_last_bit() =>
        Gen.Select(Split, AsOf).Sample((split, asOf) =>
        {
            var groups = Groups(split);
            var moment = EvaluationMoment.Live(new(asOf));
            foreach (var value in All(groups, moment))
            {
                var explained = FeatureEvaluation.Explain(value.Name, groups, moment);
                Assert.Equal(value, explained.Value);
                var terms = explained.Contributions.Select(contribution => contribution.Term).ToList();
                if (value.Feature.Id == "fatigue")
                {
                    var sum = terms.Aggregate(0.0, (net, term) => net + term.Number);
                    Assert.Equal(value.Value.Number, 100 * (1 - Math.Exp(-Math.Max(0, sum) / 4)));
                }
                else if (value.Value.Type is FeatureType.Integer or FeatureType.Money)
                {
                    Assert.Equal(value.Value.Whole, terms.Sum(term => term.Whole));
                }
                else if (value.SourceEvent is { } source)
                {
                    Assert.Equal(source, Assert.Single(explained.Contributions).Last.Hash);
                    Assert.Equal(value.Value, Assert.Single(terms));
                }
            }
        });

    [Fact]
    public void The_deciding_event_is_the_one_with_the_larger_hash_where_times_tie()
    {
        var rows = Enumerable.Range(1, 8).Select(id => Row(id, Now, EventClass.LoggedIn)).ToArray();
        var value = At("last_meaningful_engagement", [FactGroup.FromRows(rows).Snapshot()], Now);
        Assert.Equal(rows.Max(row => row.EventHash), value.SourceEvent);
    }

    [Fact]
    public void Opens_and_short_views_are_no_engagement()
    {
        var rows = new[] { Row(1, Now, EventClass.MessageOpened), Row(2, Now, EventClass.ProductViewed) };
        var value = At("last_meaningful_engagement", [FactGroup.FromRows(rows).Snapshot()], Now);
        Assert.Equal(FeatureStatus.NoData, value.Status);
        Assert.Null(value.NextChangeAt);
    }

    [Fact]
    public void Windows_open_and_close_where_they_are_stated()
    {
        var groups = new[] { FactGroup.FromRows([Row(1, Now, EventClass.PageViewed)]).Snapshot() };
        var week = At("event_count_7d.page_viewed", groups, Now + (7 * Day) - 1);
        Assert.Equal(
            (1, Now + (7 * Day), WindowResolution.Exact),
            (week.Value.Whole, week.NextChangeAt?.Milliseconds, week.WindowResolution));
        Assert.Equal(0, At("event_count_7d.page_viewed.web", groups, Now + (7 * Day)).Value.Whole);
        var dropsAt = ((Now / Day) + 31) * Day;
        var month = At("event_count_30d", groups, dropsAt - 1);
        Assert.Equal(
            (1, dropsAt, WindowResolution.Day),
            (month.Value.Whole, month.NextChangeAt?.Milliseconds, month.WindowResolution));
        Assert.Equal(0, At("event_count_30d", groups, dropsAt).Value.Whole);
    }

    [Fact]
    public void A_live_read_counts_what_a_fast_clock_dated_later_and_a_read_of_the_past_does_not()
    {
        var groups = new[] { FactGroup.FromRows([Row(1, Now, EventClass.OrderCompleted)]).Snapshot() };
        Assert.Equal(1, At("purchase_count", groups, Now - 1).Value.Whole);
        Assert.Equal("new", At("lifecycle", groups, Now - 1).Value.Category);
        var past = FeatureEvaluation.Evaluate("purchase_count", groups, EvaluationMoment.Past(new(Now - 1)));
        Assert.Equal((0, null), (past.Value.Whole, past.Freshness));
    }

    [Fact]
    public void A_sum_beyond_64_bits_is_told_as_out_of_range_in_any_order_and_comes_back()
    {
        const int enough = 9_224;
        var rows = Enumerable.Range(0, enough).Select(id => Row(
            id, Now - id, EventClass.OrderCompleted, amount: FactLimits.MaxAmountMinor, currency: "EUR"));
        var group = FactGroup.FromRows(rows);
        var value = At("revenue.EUR", [group.Snapshot()], Now);
        Assert.Equal(FeatureStatus.OutOfRange, value.Status);
        Assert.Equal(default, value.Value);
        group.Add(Row(enough, Now, EventClass.OrderCompleted, amount: -FactLimits.MaxAmountMinor, currency: "EUR"));
        Assert.Equal((enough - 1) * FactLimits.MaxAmountMinor, At("revenue.EUR", [group.Snapshot()], Now).Value.Whole);
    }

    [Theory]
    [InlineData("purchase")]
    [InlineData("purchase_count@2")]
    [InlineData("purchase_count.web")]
    [InlineData("event_count.bought")]
    [InlineData("event_count.page_viewed.fax")]
    [InlineData("revenue")]
    [InlineData("revenue.euro")]
    [InlineData("")]
    public void A_name_outside_the_catalogue_is_refused(string name) =>
        Assert.Throws<UnknownFeatureException>(() => At(name, [], Now));

    [Fact]
    public void Names_of_the_catalogue_are_sorted_and_may_ask_for_their_version()
    {
        var ids = FeatureCatalog.Current.Features.Select(feature => feature.Id).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal("revenue.EUR", At("revenue.EUR@1", [], Now).Name);
        Assert.Equal("0 EUR", At("revenue.EUR", [], Now).Value.ToString());
    }

    internal static FeatureValue At(string name, IReadOnlyList<FactGroupView> groups, long asOf) =>
        FeatureEvaluation.Evaluate(name, groups, EvaluationMoment.Live(new(asOf)));

    private static IReadOnlyList<FeatureValue> All(IReadOnlyList<FactGroupView> groups, EvaluationMoment moment) =>
        FeatureEvaluation.Evaluate(groups, moment, FeatureCatalog.Current);

    private static string Plain(FeatureValue value) => $"{value.Name} {value.Status} {value.Value}";

    internal static string Bits(FeatureValue value) =>
        $"{Plain(value)} {BitConverter.DoubleToInt64Bits(value.Value.Number)} {value.Freshness} "
        + $"{value.WindowResolution} {value.NextChangeAt} {value.SourceEvent}";
}
