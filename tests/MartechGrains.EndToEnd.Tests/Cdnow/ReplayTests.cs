using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Activation.V1;
using Xunit;
using Xunit.Abstractions;

namespace MartechGrains.EndToEnd.Tests.Cdnow;

/// <summary>A real shop's log, sent over gRPC, comes out as the totals and the customers that it has.</summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    private const int Producers = 4;

    [SkippableFact]
    public async Task The_log_gives_its_exact_totals_and_the_published_summary()
    {
        var rows = CdnowLog.Read();
        await using var store = TestStore.Sqlite();
        await using var server = await ServerProcess.StartAsync(store);

        var early = rows.Where(row => row.Date <= CdnowLog.SummaryEnd).ToList();
        await SendAsync(server, early);
        await AssertSummaryAsync(server, early);

        await SendAsync(server, rows.Except(early));
        Assert.Equal(
            (CdnowLog.Customers, CdnowLog.Rows), (rows.DistinctBy(row => row.Customer).Count(), rows.Count));
        await CdnowTotals.AssertEqualAsync(server.Address.Channel, rows);
    }

    private async Task SendAsync(ServerProcess server, IEnumerable<CdnowRow> rows)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var began = TimeProvider.System.GetTimestamp();
        var producers = rows.GroupBy(row => row.Number % Producers).Select(share => new EventProducer(
            server, [.. share.Select(row => row.ToEvent())], new Random(share.Key), _ => { }));
        await Task.WhenAll(producers.Select(producer => producer.RunAsync(limit.Token)));
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        output.WriteLine($"{rows.Count()} events in {seconds:f1} s");
    }

    private static async Task AssertSummaryAsync(ServerProcess server, List<CdnowRow> early)
    {
        var profiles = await CdnowTotals.ProfilesAsync(server.Address.Channel, early);
        var ours = profiles.CountBy(Summarise).ToDictionary();
        var published = CdnowLog.ReadSummary().CountBy(row => row).ToList();
        Assert.Equal(2357, published.Sum(row => row.Value));
        foreach (var (row, count) in published)
            Assert.True(ours.GetValueOrDefault(row) >= count,
                $"{row}: published {count}, ours {ours.GetValueOrDefault(row)}.");
    }

    private static (long Frequency, decimal Recency, decimal Age) Summarise(Profile profile)
    {
        var first = profile.Features["first_seen"].Value.Timestamp.ToDateTime();
        var last = profile.Features["last_seen"].Value.Timestamp.ToDateTime();
        return (profile.Integer("purchase_days") - 1, Weeks(last.Date - first.Date),
            Weeks(CdnowLog.SummaryEnd - first.Date));
    }

    private static decimal Weeks(TimeSpan span) => Math.Round(span.Days / 7m, 2);
}
