using Google.Rpc;
using Grpc.Core;
using MartechGrains.Grains.Adoption;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Access;
using MartechGrains.Server.Activation;
using MartechGrains.Server.Errors;
using Change = MartechGrains.Grains.Adoption.PolicyChange;
using OperatorAct = MartechGrains.Core.Curation.OperatorAct;
using DryRun = MartechGrains.Grains.Adoption.PolicyDryRun;
using Version = MartechGrains.Grains.Adoption.PolicyVersion;

namespace MartechGrains.Server.Identity;

/// <summary>Tries, applies, shows and takes back versions of the identity policy.</summary>
internal sealed class PolicyGrpcService(
    IGrainFactory grains, DryRun dryRun, DryRunMessages messages, Purposes purposes)
    : PolicyService.PolicyServiceBase
{
    /// <summary>Longest request id, in characters.</summary>
    public const int MaxRequestIdLength = 128;

    private IIdentityPolicyGrain Registry =>
        grains.GetGrain<IIdentityPolicyGrain>(IIdentityPolicyGrain.Key);

    public override async Task RehearsePolicy(
        RehearsePolicyRequest request,
        IServerStreamWriter<RehearsePolicyResponse> responseStream,
        ServerCallContext context)
    {
        if (purposes.Record(request.Purpose, 1) is { } refused) throw Failures.Exception(refused);
        var inForce = (await Registry.Versions(context.CancellationToken))[^1].Read();
        var candidate = PolicyTexts.Candidate(request.Yaml, inForce);
        try
        {
            var found = await dryRun.RunAsync(
                inForce, candidate,
                progress => responseStream.WriteAsync(
                    new RehearsePolicyResponse { Progress = DryRunMessages.Of(progress) },
                    context.CancellationToken),
                context.CancellationToken);
            await responseStream.WriteAsync(
                new RehearsePolicyResponse { Result = messages.Of(inForce.Version, candidate, found) },
                context.CancellationToken);
        }
        catch (DryRunUnderWayException)
        {
            throw Failures.Exception(Failures.Overloaded("One policy is rehearsed at a time; another is under way."));
        }
        catch (TooMuchEvidenceException error)
        {
            throw Failures.Exception(Failures.Status(
                Code.FailedPrecondition, ErrorReason.TooMuchEvidence,
                $"There are more than {error.MaxSets:N0} distinct sets of identifiers, or decisions and "
                + "retracted events, the most that are compared. "
                + "Rehearse the policy on a deployment with a part of the data."));
        }
    }

    public override async Task<ApplyPolicyResponse> ApplyPolicy(ApplyPolicyRequest request, ServerCallContext context)
    {
        CheckAct(request.Actor, request.Reason, request.RequestId);
        var policy = PolicyTexts.Read(request.Yaml);
        var reply = await Registry.Propose(
            new Version(
                policy.Version, request.Yaml, default, request.Actor, request.Reason, RequestId: request.RequestId),
            context.CancellationToken);
        return new ApplyPolicyResponse { Version = await PublishedAsync(reply, context.CancellationToken) };
    }

    public override async Task<GoBackResponse> GoBack(GoBackRequest request, ServerCallContext context)
    {
        CheckAct(request.Actor, request.Reason, request.RequestId);
        if (request.Version < 0) throw BadVersion();
        var reply = await Registry.GoBack(
            request.Version, request.Actor, request.Reason, request.RequestId, context.CancellationToken);
        return new GoBackResponse { Version = await PublishedAsync(reply, context.CancellationToken) };
    }

    public override async Task<GetPolicyChangeResponse> GetPolicyChange(
        GetPolicyChangeRequest request, ServerCallContext context) =>
        new() { Change = await Registry.Change(context.CancellationToken) is { } change ? Of(change) : null };

    public override async Task<ListPolicyVersionsResponse> ListPolicyVersions(
        ListPolicyVersionsRequest request, ServerCallContext context)
    {
        var response = new ListPolicyVersionsResponse();
        response.Versions.Add((await Registry.Versions(context.CancellationToken)).Reverse().Select(Of));
        return response;
    }

    public override async Task<GetPolicyResponse> GetPolicy(GetPolicyRequest request, ServerCallContext context)
    {
        if (request.Version < 0) throw BadVersion();
        var versions = await Registry.Versions(context.CancellationToken);
        var found = request.Version == 0
            ? versions.LastOrDefault()
            : versions.FirstOrDefault(version => version.Version == request.Version);
        return found is null
            ? throw Failures.Exception(NotFound())
            : new GetPolicyResponse { Version = Of(found), Yaml = found.Yaml };
    }

    private static void CheckAct(string actor, string reason, string requestId)
    {
        Check("actor", actor, 1, OperatorAct.MaxByLength);
        Check("reason", reason, 1, OperatorAct.MaxReasonLength);
        Check("request_id", requestId, 0, MaxRequestIdLength);
    }

    private static void Check(string field, string text, int least, int most)
    {
        if (text.Length < least || text.Length > most || (least > 0 && string.IsNullOrWhiteSpace(text)))
            throw Failures.Exception(Failures.BadField(
                ErrorReason.InvalidField, field, $"give {least} to {most} characters"));
    }

    private static RpcException BadVersion() => Failures.Exception(Failures.BadField(
        ErrorReason.InvalidField, "version", "give a number that ListPolicyVersions shows, or 0"));

    private static Google.Rpc.Status NotFound() => Failures.NotFound(
        ErrorReason.PolicyVersionNotFound, "There is no such version of the identity policy; list those there are.");

    /// <summary>The version that stands after a request, or why there is none.</summary>
    private async Task<Protocol.Identity.V1.PolicyVersion> PublishedAsync(
        PolicyReply reply, CancellationToken cancellationToken) => reply.Outcome switch
        {
            PolicyOutcome.Adopted or PolicyOutcome.Unchanged =>
                Of((await Registry.Versions(cancellationToken)).Single(version => version.Version == reply.Version)),
            PolicyOutcome.OlderVersion => throw NotNewer(
                $"Version {reply.Version} is in force. Write a larger version into the policy's text."),
            PolicyOutcome.SameVersionOtherContent => throw NotNewer(
                $"There is a version {reply.Version} with another text. "
                + "Write a larger version into the policy's text."),
            PolicyOutcome.TooMany => throw NotNewer(
                $"There are {IdentityPolicyState.MaxVersions} versions, the most that are kept."),
            PolicyOutcome.Contradicts => throw PolicyTexts.Contradiction(reply.Fault),
            PolicyOutcome.UnknownVersion => throw Failures.Exception(NotFound()),
            PolicyOutcome.RequestTaken => throw Failures.Exception(Failures.BadField(
                ErrorReason.InvalidField, "request_id",
                $"give another: with this one version {reply.Version} was put in force, by another request")),
            _ => throw new InvalidOperationException($"Unknown outcome {reply.Outcome}."),
        };

    private static RpcException NotNewer(string problem) => Failures.Exception(
        Failures.Status(Code.FailedPrecondition, ErrorReason.PolicyVersionNotNewer, problem));

    private static Protocol.Identity.V1.PolicyVersion Of(Version version) => new()
    {
        Version = version.Version,
        Since = FeatureMessages.Instant(version.Since),
        Actor = version.By,
        Reason = version.Reason,
        WayBackTo = version.WayBackTo,
        Digest = version.Digest,
    };

    private static Protocol.Identity.V1.PolicyChange Of(Change change) => new()
    {
        Version = change.Version,
        StartedAt = FeatureMessages.Instant(change.StartedAt),
        FinishedAt = change.IsFinished ? FeatureMessages.Instant(change.FinishedAt) : null,
        Pass = change.Pass,
        HomesVisited = change.Visited,
        HomesFailed = change.Failed,
        HomesDamaged = change.Damaged,
        FractionDone = change.FractionDone,
    };
}
