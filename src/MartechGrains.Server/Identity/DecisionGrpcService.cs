using Grpc.Core;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Grains;
using MartechGrains.Grains.Curation;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Access;
using MartechGrains.Server.Activation;
using MartechGrains.Server.Errors;
using MartechGrains.Server.Messages;

namespace MartechGrains.Server.Identity;

/// <summary>Operators' decisions: made, previewed, undone and listed.</summary>
internal sealed class DecisionGrpcService(
    IGrainFactory grains,
    DecisionRequests requests,
    DecisionPlanner planner,
    InertValues inert,
    Purposes purposes,
    ICurationReads decisions,
    DecisionCodec codec,
    IdentifierKeyDerivation derivation,
    PageTokens tokens,
    TimeProvider time) : DecisionService.DecisionServiceBase
{
    /// <summary>Most decisions of one page.</summary>
    public const int MaxPageSize = 1000;

    /// <summary>Most profiles before or after of one preview, and most identifiers of each.</summary>
    public const int MaxPreviewed = 100;

    private const int DefaultPageSize = 100;
    private const int DefaultInertPageSize = 50;

    /// <summary>What is left of a call's deadline for the answer.</summary>
    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromSeconds(1);

    public override async Task<CreateDecisionResponse> CreateDecision(
        CreateDecisionRequest request, ServerCallContext context)
    {
        var id = DecisionRequests.Id(request.RequestId);
        var act = DecisionRequests.Act(request.Actor, request.Reason, time.Now());
        var draft = requests.Draft(request.Subject);
        var grain = grains.GetGrain<IDecisionGrain>(id.ToGuid());
        // What is there already is not checked anew: it may have changed what it was checked by.
        var status = await grain.Find(context.CancellationToken);
        if (status is null)
        {
            var plan = await planner.PlanAsync(draft, request.AllowUnknownIdentifiers, context.CancellationToken);
            if (plan.Refusal is { } refusal) throw Failures.Exception(DecisionMessages.Of(refusal));
            var decision = new OperatorDecision(
                id, draft.Kind, plan.Identifiers, draft.Source, draft.EventId, act);
            status = (await grain.Make(decision, context.CancellationToken)).Status!;
        }
        if (!draft.IsMadeBy(status.Decision))
            throw Failures.Exception(Failures.Status(
                Google.Rpc.Code.AlreadyExists, ErrorReason.DecisionIdTaken,
                $"the request id has been used for decision {id}, which is another; use a new one"));
        return new CreateDecisionResponse { Decision = await CompletedAsync(grain, context) };
    }

    public override async Task<PreviewDecisionResponse> PreviewDecision(
        PreviewDecisionRequest request, ServerCallContext context)
    {
        if (purposes.Record(request.Purpose, 1) is { } refused) throw Failures.Exception(refused);
        var outlook = await planner.PreviewAsync(
            requests.Draft(request.Subject), request.AllowUnknownIdentifiers, context.CancellationToken);
        var response = new PreviewDecisionResponse { Truncated = outlook.Truncated };
        if (outlook.Refusal is { } refusal)
        {
            response.RefusalReason = Failures.Name(DecisionMessages.ReasonOf(refusal));
            response.Refusal = refusal.Problem;
            if (refusal.Witness?.Witness is { } witness)
                response.WitnessPath.Add(
                    witness.FromFirst.Reverse().Concat(witness.FromSecond).Select(ProfileMessages.Of));
        }
        if (outlook.Difference is not { } difference) return response;
        response.ProfilesBefore.Add(difference.Before.Take(MaxPreviewed).Select(ProfileOf));
        response.ProfilesAfter.Add(difference.After.Take(MaxPreviewed).Select(ProfileOf));
        response.Truncated |= difference.Before.Length > MaxPreviewed || difference.After.Length > MaxPreviewed
            || difference.Before.Concat(difference.After).Any(profile => profile.Identifiers.Length > MaxPreviewed);
        return response;
    }

    public override async Task<UndoDecisionResponse> UndoDecision(
        UndoDecisionRequest request, ServerCallContext context)
    {
        var grain = grains.GetGrain<IDecisionGrain>(DecisionRequests.Named(request.DecisionId).ToGuid());
        var act = DecisionRequests.Act(request.Actor, request.Reason, time.Now());
        var reply = await grain.Undo(act, context.CancellationToken);
        if (reply.Outcome == DecisionOutcome.NotFound) throw NotFound();
        return new UndoDecisionResponse { Decision = await CompletedAsync(grain, context) };
    }

    public override async Task<GetDecisionResponse> GetDecision(GetDecisionRequest request, ServerCallContext context)
    {
        var grain = grains.GetGrain<IDecisionGrain>(DecisionRequests.Named(request.DecisionId).ToGuid());
        return await grain.Find(context.CancellationToken) is { } status
            ? new GetDecisionResponse { Decision = DecisionMessages.Of(status) }
            : throw NotFound();
    }

    public override async Task<ListDecisionsResponse> ListDecisions(
        ListDecisionsRequest request, ServerCallContext context)
    {
        var size = Paging.Size(request.PageSize, DefaultPageSize, MaxPageSize);
        var cursor = tokens.Read(request) is { } place ? DecisionMessages.CursorOf(place) : (DecisionCursor?)null;
        var rows = await decisions.ReadDecisionsAsync(cursor, size, context.CancellationToken);
        var response = new ListDecisionsResponse
        {
            NextPageToken = rows.Count == size
                ? tokens.Of(request, DecisionMessages.PlaceOf(DecisionCursor.After(rows[^1])))
                : "",
        };
        response.Decisions.Add(rows.Select(row => DecisionMessages.Of(
            new DecisionStatus(codec.Decode(row), !row.Unfinished))));
        return response;
    }

    public override async Task<ListInertValuesResponse> ListInertValues(
        ListInertValuesRequest request, ServerCallContext context)
    {
        if (purposes.Record(request.Purpose, 1) is { } refused) throw Failures.Exception(refused);
        var size = Paging.Size(request.PageSize, DefaultInertPageSize, InertValues.MaxPageSize);
        var after = tokens.Read(request) is { } place && IdentifierKey.TryParse(place, out var end)
            ? end
            : (IdentifierKey?)null;
        var (values, next) = await inert.ListAsync(after, size, context.CancellationToken);
        var response = new ListInertValuesResponse
        {
            NextPageToken = next is { } last ? tokens.Of(request, $"{last}") : "",
        };
        response.Values.Add(values.Select(DecisionMessages.Of));
        return response;
    }

    private async Task<Protocol.Identity.V1.Decision> CompletedAsync(IDecisionGrain grain, ServerCallContext context)
    {
        var left = context.Deadline == DateTime.MaxValue
            ? DecisionGrain.MaxPatience
            : context.Deadline - time.GetUtcNow().UtcDateTime - TimeToAnswer;
        return DecisionMessages.Of((await grain.Complete(left, context.CancellationToken))!);
    }

    private GraphProfile ProfileOf(ResolvedProfile profile)
    {
        var message = new GraphProfile
        {
            ProfileId = derivation.Derive(profile.Anchor).ToString(),
            Anchor = ProfileMessages.Of(profile.Anchor),
        };
        message.Identifiers.Add(profile.Identifiers.Take(MaxPreviewed).Select(ProfileMessages.Of));
        return message;
    }

    private static RpcException NotFound() => Failures.Exception(Failures.NotFound(
        ErrorReason.DecisionNotFound, "There is no decision of this id."));
}
