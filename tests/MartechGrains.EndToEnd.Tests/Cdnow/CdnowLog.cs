using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Testing;

namespace MartechGrains.EndToEnd.Tests.Cdnow;

/// <summary>One purchase of the CDNOW log.</summary>
/// <param name="Number">Its row, from 1: some rows are identical twins, and still two purchases.</param>
/// <param name="Customer">Who bought.</param>
/// <param name="Date">The day, UTC.</param>
/// <param name="Units">How many disks.</param>
/// <param name="Cents">What for, in US cents.</param>
internal sealed record CdnowRow(int Number, string Customer, DateTime Date, int Units, long Cents)
{
    private static readonly TimeSpan Noon = TimeSpan.FromHours(12);

    /// <summary>The row as a producer sends it.</summary>
    public Event ToEvent() => new()
    {
        Typed = new TypedEvent
        {
            EventId = Number.ToString(CultureInfo.InvariantCulture),
            EventTime = Timestamp.FromDateTime(Date + Noon),
            EventClass = EventClass.OrderCompleted,
            Name = "Order Completed",
            Identifiers = { new Identifier { Namespace = "user_id", Value = Customer } },
            Amount = new Money { CurrencyCode = "USD", MinorUnits = Cents },
            Units = Units,
        },
    };
}

/// <summary>Reads the CDNOW log: customer, date, units, dollars, in columns parted by spaces.</summary>
internal static class CdnowLog
{
    public const int Rows = 69_659;
    public const int Customers = 23_570;

    /// <summary>The last day of the published summary.</summary>
    public static DateTime SummaryEnd { get; } = new(1997, 9, 30, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The log's path; skips the test, visibly, where it is absent.</summary>
    public static string RequirePath() => ConformanceData.Require("cdnow", "CDNOW_master.txt");

    public static List<CdnowRow> Read() => [.. File.ReadLines(RequirePath()).Skip(1).Select((line, index) =>
    {
        var columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var date = DateTime.ParseExact(
            columns[1], "yyyyMMdd", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
        var dollars = decimal.Parse(columns[3], CultureInfo.InvariantCulture);
        return new CdnowRow(
            index + 1, columns[0], date, int.Parse(columns[2], CultureInfo.InvariantCulture),
            checked((long)(dollars * 100)));
    })];

    /// <summary>The rows of every such customer: of all where it is 1.</summary>
    public static List<CdnowRow> ReadOfEvery(int customer) =>
        [.. Read().Where(row => int.Parse(row.Customer, CultureInfo.InvariantCulture) % customer == 0)];

    /// <summary>The published (purchase days − 1, weeks from first to last, weeks to the end), as written.</summary>
    public static List<(long Frequency, decimal Recency, decimal Age)> ReadSummary() =>
        [.. File.ReadLines(ConformanceData.Require("cdnow", "cdnow_customers_summary.csv")).Skip(1).Select(line =>
        {
            var columns = line.Split(',');
            return (long.Parse(columns[1], CultureInfo.InvariantCulture),
                decimal.Parse(columns[2], CultureInfo.InvariantCulture),
                decimal.Parse(columns[3], CultureInfo.InvariantCulture));
        })];
}
