using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Operations.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>One server process over the embedded store, for all tests of a class.</summary>
public sealed class BadInputServer : IAsyncLifetime
{
    private readonly TestStore _store = TestStore.Sqlite();
    private ServerProcess? _server;

    /// <summary>Where it listens; the first test that asks starts it.</summary>
    public async Task<ServerAddress> AddressAsync() => (await StartedAsync()).Address;

    /// <summary>The process; the first test that asks starts it.</summary>
    public async Task<ServerProcess> StartedAsync() =>
        _server ??= await ServerProcess.StartAsync(_store, "--write-key", $"{Doors.Source}={Doors.Key}");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await _store.DisposeAsync();
    }
}

/// <summary>Reads the quarantine as an operator does.</summary>
internal static class Quarantine
{
    /// <summary>One event with its bytes.</summary>
    public static async Task<QuarantinedEvent> QuarantinedAsync(this ServerAddress server, string id) =>
        (await server.Channel.Operations().GetQuarantinedEventAsync(
            new GetQuarantinedEventRequest { QuarantineId = id })).Event;

    /// <summary>All events, in pages as small as may be to cross their edges.</summary>
    public static async Task<List<QuarantinedEvent>> ListQuarantineAsync(this ServerAddress server, string reason)
    {
        var events = new List<QuarantinedEvent>();
        var request = new ListQuarantinedEventsRequest { PageSize = 2, Source = Doors.Source, Reason = reason };
        do
        {
            var page = await server.Channel.Operations().ListQuarantinedEventsAsync(request);
            events.AddRange(page.Events);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return events;
    }
}
