using System.Globalization;
using Grpc.Net.Client;
using MartechGrains.Protocol.Activation.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Cdnow;

/// <summary>Compares what a server made of the log with the log.</summary>
internal static class CdnowTotals
{
    /// <summary>
    /// Profiles, purchases, units and revenue of some customers, taken from the file without the reader that fed the
    /// server.
    /// </summary>
    public static (int Profiles, long Purchases, long Units, long Cents) OfFile(string path, HashSet<string> of)
    {
        var customers = new HashSet<string>();
        var (purchases, units, cents) = (0L, 0L, 0L);
        foreach (var line in File.ReadAllLines(path)[1..])
        {
            // The columns stand at fixed places: 1-6 customer, 7-15 date, 16-18 units, then dollars.
            if (!of.Contains(line[1..6])) continue;
            customers.Add(line[1..6]);
            purchases++;
            units += int.Parse(line[15..18], CultureInfo.InvariantCulture);
            cents += int.Parse(line[18..].Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }

        return (customers.Count, purchases, units, cents);
    }

    /// <summary>The same over all profiles of a server.</summary>
    public static async Task<(int Profiles, long Purchases, long Units, long Cents)> OfServerAsync(
        GrpcChannel channel, IEnumerable<CdnowRow> rows)
    {
        var profiles = await ProfilesAsync(channel, rows);
        return (
            profiles.Select(profile => profile.ProfileId).Distinct().Count(),
            profiles.Sum(profile => profile.Integer("purchase_count")),
            profiles.Sum(profile => profile.Integer("units")),
            profiles.Sum(profile => profile.MinorUnits("revenue", "USD")));
    }

    /// <summary>One profile per customer of the rows.</summary>
    public static async Task<List<Profile>> ProfilesAsync(GrpcChannel channel, IEnumerable<CdnowRow> rows)
    {
        var customers = rows.Select(row => row.Customer).Distinct();
        return await channel.ProfilesAsync(customers.Select(id => ClientExtensions.KeyOf("user_id", id)));
    }

    /// <summary>The server's totals are the file's, and it has no profile besides.</summary>
    public static async Task AssertEqualAsync(GrpcChannel channel, IReadOnlyList<CdnowRow> rows)
    {
        var expected = OfFile(CdnowLog.RequirePath(), [.. rows.Select(row => row.Customer)]);
        Assert.Equal(rows.Count, expected.Purchases);
        Assert.Equal(expected, await OfServerAsync(channel, rows));
        var state = await channel.StateHashAsync(new DateTime(1998, 7, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(expected.Profiles, state.ProfileCount);
    }
}
