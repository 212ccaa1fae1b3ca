using System.Globalization;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Operations.V1;
using Xunit;
using static MartechGrains.EndToEnd.Tests.Decisions.Requests;

namespace MartechGrains.EndToEnd.Tests.Damage;

/// <summary>People of a store, each with a home of three events, of whom some are damaged.</summary>
internal sealed class DamagedStore(TestStore store)
{
    /// <summary>People in it.</summary>
    public const int People = 8;

    /// <summary>Events of each.</summary>
    public const int EventsEach = 3;

    /// <summary>The home of each person, and the row that is damaged; 0 for none.</summary>
    public List<(string Home, int Row)> Homes { get; } = [];

    /// <summary>The people who are damaged.</summary>
    public IEnumerable<int> Damaged => Enumerable.Range(0, People).Where(person => Homes[person].Row > 0);

    /// <summary>An event of a person, and of another one too, where that is told.</summary>
    public static Event Of(int person, string id, int? other = null) => other is { } second
        ? Visit(id, Name("user_id", $"u{person}"), Name("email", $"{second}@x.example"))
        : Visit(id, Name("user_id", $"u{person}"), Name("email", $"{person}@x.example"));

    /// <summary>Fills it, and finds out who lives where.</summary>
    public async Task FillAsync(ServerProcess server)
    {
        for (var round = 0; round < EventsEach; round++)
            await server.Address.Channel.SendAsync(
                Enumerable.Range(0, People).Select(person => Of(person, $"{person}-{round}")));
        var homes = new Dictionary<string, string>(StringComparer.Ordinal);
        using var feed = server.Address.Channel.Operations().ReadChangeFeed(new ReadChangeFeedRequest());
        await foreach (var reply in feed.ResponseStream.ReadAllAsync())
        {
            foreach (var entry in reply.Entries.Where(static entry => entry.Event is not null))
                homes[entry.Event.EventId] = entry.Home;
        }

        for (var person = 0; person < People; person++) Homes.Add((homes[$"{person}-0"], 0));
    }

    /// <summary>Damages three, each in another way, while the server is down.</summary>
    public async Task DamageAsync()
    {
        await DamageAsync(1, 2, $"UPDATE journal SET entry = {store.Broken("entry")}");
        await DamageAsync(3, 1, $"UPDATE journal SET wrapped_key = {store.Broken("wrapped_key")}");
        await DamageAsync(5, 3, "DELETE FROM journal");
    }

    /// <summary>Does something to one row of a person's home.</summary>
    public async Task DamageAsync(int person, int row, string sql)
    {
        var (home, _) = Homes[person];
        Homes[person] = (home, row);
        var where = string.Create(CultureInfo.InvariantCulture, $" WHERE home = {store.Key(home)} AND seq = {row}");
        Assert.Equal(1, await store.CutAsync(sql + where));
    }
}
