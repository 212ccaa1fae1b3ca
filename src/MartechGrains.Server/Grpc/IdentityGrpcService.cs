using Grpc.Core;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Profiles;
using MartechGrains.Grains.Homes;
using MartechGrains.Grains.Views;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Server.Grpc;

/// <summary>
/// Shows how profiles came about: who is together, by which links, and which links were refused and why.
/// </summary>
internal sealed class IdentityGrpcService(
    ProfileReader reader, ProfileKeys keys, Purposes purposes, HomeServices services)
    : IdentityService.IdentityServiceBase
{
    /// <summary>Most links of one graph.</summary>
    public const int MaxLinks = 1000;

    public override async Task<GetIdentityGraphResponse> GetIdentityGraph(
        GetIdentityGraphRequest request, ServerCallContext context)
    {
        if (purposes.Record(request.Purpose, 1) is { } refused) throw Failures.Exception(refused);
        if (keys.TryRead(request.Key, "key", out var requested) is { } bad) throw Failures.Exception(bad);
        var home = await reader.FindHomeAsync(requested.Key, context.CancellationToken);
        if (home?.Find(requested.Key) is not { } profile)
            throw Failures.Exception(Failures.NotFound(
                ErrorReason.ProfileNotFound, "No profile is known under this key."));
        if (!ProfileKeys.AnswersTo(profile, home, requested))
            throw Failures.Exception(Failures.NotFound(
                ErrorReason.ProfileMoved,
                    "The identifier of this profile id has changed hands; ask by an identifier."));
        return new GetIdentityGraphResponse { Graph = GraphOf(home) };
    }

    private IdentityGraph GraphOf(HomeView home)
    {
        var resolution = home.Resolution;
        var graph = new IdentityGraph
        {
            Home = home.Home.ToString(),
            Seq = home.Seq,
            LinksTruncated = resolution.Accepted.Length + resolution.Refused.Length > MaxLinks,
        };
        foreach (var profile in home.Profiles)
        {
            var message = new GraphProfile
            {
                ProfileId = profile.Id.ToString(),
                Anchor = ProfileMessages.Of(profile.Resolved.Anchor),
            };
            message.Identifiers.Add(profile.Resolved.Identifiers.Select(ProfileMessages.Of));
            graph.Profiles.Add(message);
        }
        // Refused links first: they are what one asks for.
        foreach (var refused in resolution.Refused.Take(MaxLinks)) graph.Links.Add(RefusedLink(refused, resolution));
        foreach (var accepted in resolution.Accepted.Take(MaxLinks - graph.Links.Count))
            graph.Links
                .Add(LinkOf(accepted.Pair, accepted.Times, Link.Types.State.Accepted, accepted.MustLink is { } decision
                ? $"must-link {decision}" : ""));
        foreach (var generic in resolution.Generic)
            graph.InertIdentifiers.Add(new InertIdentifier
            {
                Identifier = ProfileMessages.Of(generic),
                Cause = services.Policies.Known.Of(home.PolicyVersion).IsBlocked(generic)
                    ? InertIdentifier.Types.Cause.Blocked : InertIdentifier.Types.Cause.Generic,
            });
        return graph;
    }

    private static Link RefusedLink(RefusedPair refused, Resolution resolution)
    {
        var link = LinkOf(refused.Pair, refused.Times, Link.Types.State.Refused, refused.Obstacle);
        var witness = resolution.WitnessOf(refused);
        // From the one that may not meet, to the pair, across it, to the other.
        link.WitnessPath.Add(witness.FromFirst.Reverse().Select(ProfileMessages.Of));
        link.WitnessPath.Add(witness.FromSecond.Select(ProfileMessages.Of));
        return link;
    }

    private static Link LinkOf(IdentifierPair pair, LinkTimes? times, Link.Types.State state, string reason) => new()
    {
        A = ProfileMessages.Of(pair.First),
        B = ProfileMessages.Of(pair.Second),
        OldestEventTime = times is { } oldest ? FeatureMessages.Instant(oldest.Oldest) : null,
        NewestEventTime = times is { } newest ? FeatureMessages.Instant(newest.Newest) : null,
        State = state,
        Reason = reason,
    };
}
