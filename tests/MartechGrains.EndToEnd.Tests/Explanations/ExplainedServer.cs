using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MartechGrains.Definitions;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.EndToEnd.Tests.Explanations;

/// <summary>One server for all tests of a class; each tells of people of its own.</summary>
public sealed class ExplainedServer() : SharedServer(
    keySeed: 5, DefaultPolicy.ReadYaml().Replace("genericAfter: 10", "genericAfter: 3", StringComparison.Ordinal),
    new Dictionary<string, string> { [Source] = "demo" })
{
    private const string Source = "shop";

    internal IdentityService.IdentityServiceClient Client => new(Server.Address.Channel);

    /// <summary>Sends one event; its id is the time it bears and what it carries.</summary>
    internal Task SendAsync(int second, params string[] identifiers) => Server.Address.Channel.SendAsync(
        [
            new Event
            {
                Typed = new TypedEvent
                {
                    EventId = IdOf(second, identifiers),
                    EventTime = TimeOf(second),
                    EventClass = EventClass.LoggedIn,
                    Identifiers = { identifiers.Select(Named) },
                },
            },
        ]);

    internal Task RetractAsync(int second, params string[] identifiers) => Server.RetractAsync(
        Source, IdOf(second, identifiers), [.. identifiers.Select(CoreNamed)]);

    /// <summary>All of the change feed that is of one kind.</summary>
    internal async Task<List<ChangeFeedEntry>> ReadFeedAsync(ChangeFeedEntry.Types.Kind kind)
    {
        using var call = Server.Address.Channel.Operations().ReadChangeFeed(new ReadChangeFeedRequest());
        var entries = new List<ChangeFeedEntry>();
        await foreach (var reply in call.ResponseStream.ReadAllAsync())
            entries.AddRange(reply.Entries.Where(entry => entry.Kind == kind));
        return entries;
    }

    internal async Task<ExplainLinkResponse> WhyAsync(string a, string b) => await Client.ExplainLinkAsync(
        new ExplainLinkRequest { A = Named(a), B = Named(b), Purpose = ClientExtensions.Purpose });

    internal async Task<ExplainProfileResponse> HowAsync(string identifier) => await Client.ExplainProfileAsync(
        new ExplainProfileRequest
        {
            Key = new ProfileKey { Identifier = Named(identifier) },
            Purpose = ClientExtensions.Purpose,
        });

    internal static string IdOf(int second, params string[] identifiers) =>
        string.Create(CultureInfo.InvariantCulture, $"{second} {string.Join(' ', identifiers)}");

    internal static Timestamp TimeOf(int second) =>
        Timestamp.FromDateTime(new DateTime(2026, 1, 1, 0, 0, second, DateTimeKind.Utc));

    internal static Identifier Named(string text)
    {
        var named = CoreNamed(text);
        return new Identifier { Namespace = named.Namespace, Value = named.Value };
    }

    internal static Core.Identity.Identifier CoreNamed(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return new Core.Identity.Identifier(text[..colon], text[(colon + 1)..]);
    }

    internal static string Text(Identifier identifier) => $"{identifier.Namespace}:{identifier.Value}";

    /// <summary>A link as <c>one - other</c>.</summary>
    internal static string Text(Link link) => $"{Text(link.A)} - {Text(link.B)}";
}
