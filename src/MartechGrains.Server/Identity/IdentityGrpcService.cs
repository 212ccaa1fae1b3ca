using Grpc.Core;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity.Explanations;
using MartechGrains.Grains.Lineage;
using MartechGrains.Grains.Registry;
using MartechGrains.Grains.Routing;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Access;
using MartechGrains.Server.Activation;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Lineage;
using MartechGrains.Server.Messages;
using OversizeMessage = MartechGrains.Protocol.Identity.V1.OversizeComponent;

namespace MartechGrains.Server.Identity;

/// <summary>
/// Shows how profiles came about: who is together, by which links, and which links were refused and why.
/// </summary>
internal sealed class IdentityGrpcService(
    ProfileReader reader, IdentityExplainer explainer, ProfileKeys keys, Purposes purposes, ExplanationLimit limit,
    PolicyCache policies)
    : IdentityService.IdentityServiceBase
{
    /// <summary>Most links of one graph.</summary>
    public const int MaxLinks = 1000;

    public override async Task<GetIdentityGraphResponse> GetIdentityGraph(
        GetIdentityGraphRequest request, ServerCallContext context) =>
        new() { Graph = GraphOf((await FindAsync(request.Key, request.Purpose, context)).Home) };

    public override async Task<ExplainLinkResponse> ExplainLink(ExplainLinkRequest request, ServerCallContext context)
    {
        if (purposes.Record(request.Purpose, 1) is { } refused) throw Failures.Exception(refused);
        if (keys.Read(request.A, "a", out var a) is { } badA) throw Failures.Exception(badA);
        if (keys.Read(request.B, "b", out var b) is { } badB) throw Failures.Exception(badB);
        if (a == b)
            throw Failures.Exception(Failures.BadField(
                ErrorReason.InvalidField, "b", "this is the same identifier as a: give another one"));
        using var turn = await limit.EnterAsync(context.CancellationToken);
        var one = await KnownAsync(a, "a", context.CancellationToken);
        var other = await KnownAsync(b, "b", context.CancellationToken);
        return ExplanationMessages.Of(a, b, await explainer.ExplainAsync(one, other, context.CancellationToken));
    }

    public override async Task<ExplainProfileResponse> ExplainProfile(
        ExplainProfileRequest request, ServerCallContext context)
    {
        var (home, profile) = await FindAsync(request.Key, request.Purpose, context);
        using var turn = await limit.EnterAsync(context.CancellationToken);
        return ExplanationMessages.Of(await explainer.ExplainAsync(home, profile, context.CancellationToken));
    }

    private async Task<(HomeView Home, ProfileView Profile)> FindAsync(
        ProfileKey? key, string purpose, ServerCallContext context)
    {
        if (purposes.Record(purpose, 1) is { } refused) throw Failures.Exception(refused);
        if (keys.Read(key, "key", out var requested) is { } bad) throw Failures.Exception(bad);
        var home = await reader.FindHomeAsync(requested.Key, context.CancellationToken);
        if (home?.Find(requested.Key) is not { } profile)
            throw Failures.Exception(Failures.NotFound(
                ErrorReason.ProfileNotFound, "No profile is known under this key."));
        if (!ProfileKeys.AnswersTo(profile, home, requested))
            throw Failures.Exception(Failures.NotFound(
                ErrorReason.ProfileMoved,
                    "The identifier of this profile id has changed hands; ask by an identifier."));
        return (home, profile);
    }

    private async Task<KnownIdentifier> KnownAsync(
        Core.Identity.Identifier identifier, string field, CancellationToken cancellationToken) =>
        await explainer.FindAsync(identifier, keys.KeyOf(identifier), cancellationToken)
        ?? throw Failures.Exception(Failures.NotFound(
            ErrorReason.ProfileNotFound, field,
            "no event that was accepted, and no decision, has named this identifier"));

    private IdentityGraph GraphOf(HomeView home)
    {
        var resolution = home.Resolution;
        var graph = new IdentityGraph
        {
            Home = home.Home.ToString(),
            Seq = home.Seq,
            LinksTruncated = resolution.Accepted.Length + resolution.Refused.Length > MaxLinks,
        };
        graph.Profiles.Add(home.Profiles.Select(ExplanationMessages.Of));
        // Refused links first: they are what one asks for.
        foreach (var refused in resolution.Refused.Take(MaxLinks))
            graph.Links.Add(ExplanationMessages.Of(new Refusal(refused, resolution.WitnessOf(refused))));
        graph.Links.Add(
            resolution.Accepted.Take(MaxLinks - graph.Links.Count).Select(ExplanationMessages.Of));
        foreach (var generic in resolution.Generic)
            graph.InertIdentifiers.Add(new InertIdentifier
            {
                Identifier = ProfileMessages.Of(generic),
                Cause = policies.Known.Of(home.PolicyVersion).IsBlocked(generic)
                    ? InertIdentifier.Types.Cause.Blocked : InertIdentifier.Types.Cause.Generic,
            });
        graph.OversizeComponents.Add(resolution.Oversize.Select(static component => new OversizeMessage
        {
            First = ProfileMessages.Of(component.First),
            Identifiers = component.Identifiers,
        }));
        return graph;
    }
}
