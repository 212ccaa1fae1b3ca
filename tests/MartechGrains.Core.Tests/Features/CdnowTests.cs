using System.Globalization;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Features;
using MartechGrains.Testing;
using Xunit;
using static MartechGrains.Core.Tests.Facts.Histories;

namespace MartechGrains.Core.Tests.Features;

/// <summary>Real purchases of 18 months: totals to the cent, and the published summary of purchase days.</summary>
public class CdnowTests
{
    private static readonly long SummaryEnd = TimeOf("19970930");

    [SkippableFact]
    public void Purchases_units_and_revenue_equal_the_files_own_sums()
    {
        var rows = Read();
        var groups = Groups(rows);
        Assert.Equal(23_570, groups.Count);
        Assert.Equal(69_659, Total(groups, "purchase_count"));
        Assert.Equal(rows.Sum(row => row.Units), Total(groups, "units"));
        Assert.Equal(rows.Sum(row => row.Cents), Total(groups, "revenue.USD"));
    }

    [SkippableFact]
    public void The_published_frequency_recency_and_age_occur_at_least_as_often()
    {
        var ours = Groups(Read().Where(row => row.Time <= SummaryEnd)).Select(group =>
        {
            var first = Whole("first_seen", group);
            return (
                Frequency: Whole("purchase_days", group) - 1,
                Recency: Weeks(first, Whole("last_seen", group)),
                Age: Weeks(first, SummaryEnd));
        }).CountBy(customer => customer).ToDictionary();
        var published = File.ReadLines(ConformanceData.Require("cdnow", "cdnow_customers_summary.csv")).Skip(1)
            .Select(line => line.Split(','))
            .Select(cells => (
                Frequency: long.Parse(cells[1], CultureInfo.InvariantCulture),
                Recency: decimal.Parse(cells[2], CultureInfo.InvariantCulture),
                Age: decimal.Parse(cells[3], CultureInfo.InvariantCulture)))
            .CountBy(customer => customer);
        Assert.All(published, pair => Assert.InRange(pair.Value, 1, ours.GetValueOrDefault(pair.Key)));
    }

    private static List<(string Customer, long Time, long Units, long Cents)> Read() =>
    [
        .. File.ReadLines(ConformanceData.Require("cdnow", "CDNOW_master.txt")).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(cells => cells.Length == 4)
            .Select(cells => (
                cells[0], TimeOf(cells[1]), long.Parse(cells[2], CultureInfo.InvariantCulture),
                (long)(decimal.Parse(cells[3], CultureInfo.InvariantCulture) * 100))),
    ];

    private static List<FactGroupView> Groups(
        IEnumerable<(string Customer, long Time, long Units, long Cents)> rows) =>
    [
        .. rows.Select((row, i) => (row.Customer, Fact: Row(
                i, row.Time, EventClass.OrderCompleted, Channel.Web, row.Cents, "USD", row.Units)))
            .GroupBy(row => row.Customer)
            .Select(customer => OneByOne(customer.Select(row => row.Fact)).Snapshot()),
    ];

    private static long TimeOf(string date) => DateTimeOffset.ParseExact(
        date, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();

    private static long Whole(string feature, FactGroupView group) =>
        FeatureEvaluation.Evaluate(feature, [group], EvaluationMoment.Live(new(SummaryEnd))).Value.Whole;

    private static long Total(List<FactGroupView> groups, string feature) =>
        groups.Sum(group => Whole(feature, group));

    private static decimal Weeks(long from, long to) =>
        Math.Round((to - from) / (decimal)(7 * Day), 2, MidpointRounding.AwayFromZero);
}
