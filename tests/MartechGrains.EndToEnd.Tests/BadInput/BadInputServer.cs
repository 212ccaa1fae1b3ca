using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Operations.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>Tests that share one server process, each with events and people of its own.</summary>
[CollectionDefinition(Name)]
public sealed class OneProcess : ICollectionFixture<BadInputServer>
{
    public const string Name = "one server process";
}

/// <summary>The server process of those tests.</summary>
public sealed class BadInputServer() : SharedProcess(
    "--write-key", $"{Doors.Source}={Doors.Key}", "--write-key", $"{SdkSource}={SdkKey}")
{
    /// <summary>What the SDKs of others send with.</summary>
    public const string SdkKey = "demo";

    private const string SdkSource = "sdk";
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
