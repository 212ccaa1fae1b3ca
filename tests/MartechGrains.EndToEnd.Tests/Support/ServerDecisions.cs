using System.Collections.Immutable;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MartechGrains.EndToEnd.Tests.Support;

/// <summary>Brings operators' decisions to a server that runs in the test's process.</summary>
internal static class ServerDecisions
{
    public const long MadeAt = 1_767_225_600_000;
    public static readonly OperatorAct Act = new("eve", "a test", new(MadeAt));

    /// <summary>A must-link or cannot-link between the first and each of the others; returns its id.</summary>
    public static async Task<string> LinkAsync(
        this InProcessServer server, DecisionKind kind, string request, params Identifier[] identifiers)
    {
        var decision = Of(server, kind, request, identifiers, "", "");
        await server.Services.GetRequiredService<DecisionRouter>().LinkAsync(decision, CancellationToken.None);
        return decision.Id.ToString();
    }

    /// <summary>The retraction of one event.</summary>
    public static Task RetractAsync(
        this InProcessServer server, string source, string eventId, params Identifier[] identifiers) =>
        server.Services.GetRequiredService<DecisionRouter>().RetractAsync(
            [Of(server, DecisionKind.Retraction, $"retract {source} {eventId}", identifiers, source, eventId)],
            null, CancellationToken.None);

    /// <summary>A decision that a value links; returns its id.</summary>
    public static async Task<string> MakeLinkableAsync(
        this InProcessServer server, string request, Identifier value)
    {
        var id = DecisionId.Of(request);
        await server.Services.GetRequiredService<DecisionRouter>().MakeLinkableAsync(
            KeyOf(server, value), new LinkableDecision(id, Act, null), CancellationToken.None);
        return id.ToString();
    }

    private static Decision Of(
        InProcessServer server, DecisionKind kind, string request, IEnumerable<Identifier> identifiers, string source,
        string eventId)
    {
        ImmutableArray<Identifier> named =
            [.. kind == DecisionKind.Retraction ? identifiers.Order() : identifiers];
        return new Decision(
            DecisionId.Of(request), kind, named, [.. named.Select(one => KeyOf(server, one))], source, eventId, Act);
    }

    private static IdentifierKey KeyOf(InProcessServer server, Identifier identifier) =>
        server.Services.GetRequiredService<IdentifierKeyDerivation>().Derive(identifier);
}
