using System.Buffers;
using System.Globalization;
using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;

namespace MartechGrains.Core.Tests.Facts;

/// <summary>Random histories of one person, and groups made from them.</summary>
internal static class Histories
{
    public const long Day = FactLimits.DayMilliseconds;

    /// <summary>A Tuesday at 09:30 UTC.</summary>
    public static readonly long Now = new DateTimeOffset(2026, 3, 17, 9, 30, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static readonly string[] Currencies = ["", "EUR", "USD", "JPY"];

    private static readonly EventClass[] Classes =
    [
        EventClass.OrderCompleted, EventClass.OrderCompleted, EventClass.OrderRefunded, EventClass.MessageDelivered,
        EventClass.MessageDelivered, EventClass.MessageDelivered, EventClass.MessageClicked, EventClass.MessageOpened,
        EventClass.PageViewed, EventClass.LoggedIn, EventClass.ProductEngaged, EventClass.ProductViewed,
    ];

    private static readonly Channel[] Channels = [Channel.Web, Channel.Email, Channel.Sms, Channel.Push, Channel.InApp];

    /// <summary>
    /// Ages in milliseconds: recent, around the edges of log and tiles, ties, and far beyond the tiles.
    /// </summary>
    private static readonly Gen<long> Age = Gen.OneOf(
        Gen.Long[0, 9 * Day],
        Gen.Long[0, 40 * Day],
        Gen.Long[7, 9].SelectMany(days => Gen.Long[-2, 2].Select(shift => Math.Max(0, (days * Day) + shift))),
        Gen.Long[0, 70].Select(days => days * Day),
        Gen.Long[390 * Day, 410 * Day],
        Gen.Long[0, 1500 * Day]);

    public static readonly Gen<FactRow[]> Rows = Gen.Select(
            Age, OneOf(Classes), OneOf(Channels), OneOf(Currencies),
            Gen.Long[-50, 5_000], Gen.ULong)
        .Array[0, 60]
        .Select(drawn => drawn.Select((d, i) => Row(
            i, Now - d.Item1, d.Item2, d.Item3, d.Item4.Length == 0 ? 0 : d.Item5, d.Item4, d.Item5 & 7, d.Item6))
            .ToArray());

    /// <summary>A history with a group number for each row.</summary>
    public static readonly Gen<(FactRow[] Rows, int[] Groups)> Split = Rows.SelectMany(
        rows => Gen.Int[0, 2].Array[rows.Length].Select(groups => (rows, groups)));

    public static FactRow Row(
        int id, long time, EventClass eventClass, Channel channel = Channel.Web, long amount = 0,
        string currency = "", long units = 0, ulong content = 0) => new(
            new(time), EventHash.Of("test", id.ToString(CultureInfo.InvariantCulture)), content,
            new Fact(eventClass, channel, units, amount, currency), id);

    public static FactGroup OneByOne(IEnumerable<FactRow> rows)
    {
        var group = new FactGroup();
        foreach (var row in rows)
            group.Add(row);
        return group;
    }

    public static List<FactGroupView> Groups((FactRow[] Rows, int[] Groups) split) =>
    [
        .. Enumerable.Range(0, 3).Select(
            g => FactGroup.FromRows(split.Rows.Where((_, i) => split.Groups[i] == g)).Snapshot()),
    ];

    private static Gen<T> OneOf<T>(T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    public static string Bytes(FactGroup group)
    {
        var output = new ArrayBufferWriter<byte>();
        group.Write(output);
        return Convert.ToHexString(output.WrittenSpan);
    }

    public static string Bytes(FactGroupView view)
    {
        var output = new ArrayBufferWriter<byte>();
        view.Write(output);
        return Convert.ToHexString(output.WrittenSpan);
    }
}
