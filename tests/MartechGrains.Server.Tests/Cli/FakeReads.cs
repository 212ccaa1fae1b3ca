using Grpc.Core;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Lineage.V1;
using MartechGrains.Protocol.Operations.V1;

namespace MartechGrains.Server.Tests.Cli;

/// <summary>What the reading services answer, and what they were last asked.</summary>
internal sealed class FakeReads
{
    public Func<GetProfileRequest, GetProfileResponse> Profile { get; set; } = _ => new GetProfileResponse();

    public Func<ExplainValueRequest, ExplainValueResponse> Explanation { get; set; } = _ => new ExplainValueResponse();

    public GetIdentityGraphResponse Graph { get; set; } = new();

    public ExplainLinkResponse Link { get; set; } = new();

    public ExplainProfileResponse Story { get; set; } = new();

    public Decision Decision { get; set; } = new();

    public PreviewDecisionResponse Preview { get; set; } = new();

    public ListInertValuesResponse Inert { get; set; } = new();

    public ListQuarantinedEventsResponse Quarantine { get; set; } = new();

    public GetQuarantinedEventResponse Quarantined { get; set; } = new();

    public IReadOnlyList<ReadChangeFeedResponse> Feed { get; set; } = [];

    public IReadOnlyList<VerifyJournalsResponse> Verification { get; set; } = [];

    public IReadOnlyList<RehearsePolicyResponse> Rehearsal { get; set; } = [];

    public IReadOnlyList<PolicyVersion> PolicyVersions { get; set; } = [new()];

    public Queue<PolicyChange> PolicyChanges { get; set; } = new([new PolicyChange()]);

    public object? LastRequest { get; set; }
}

internal sealed class FakeActivation(FakeReads reads) : ActivationService.ActivationServiceBase
{
    public override Task<GetProfileResponse> GetProfile(GetProfileRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(reads.Profile(request));
    }

    public override Task<LookupProfilesResponse> LookupProfiles(
        LookupProfilesRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(new LookupProfilesResponse());
    }
}

internal sealed class FakeLineage(FakeReads reads) : LineageService.LineageServiceBase
{
    public override Task<ExplainValueResponse> ExplainValue(ExplainValueRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(reads.Explanation(request));
    }
}

internal sealed class FakeIdentity(FakeReads reads) : IdentityService.IdentityServiceBase
{
    public override Task<GetIdentityGraphResponse> GetIdentityGraph(
        GetIdentityGraphRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(reads.Graph);
    }

    public override Task<ExplainLinkResponse> ExplainLink(ExplainLinkRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(reads.Link);
    }

    public override Task<ExplainProfileResponse> ExplainProfile(
        ExplainProfileRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(reads.Story);
    }
}

internal sealed class FakeOperations(FakeReads reads) : OperationsService.OperationsServiceBase
{
    public override Task<ListQuarantinedEventsResponse> ListQuarantinedEvents(
        ListQuarantinedEventsRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(reads.Quarantine);
    }

    public override Task<GetQuarantinedEventResponse> GetQuarantinedEvent(
        GetQuarantinedEventRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(reads.Quarantined);
    }

    public override Task<ComputeStateHashResponse> ComputeStateHash(
        ComputeStateHashRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(new ComputeStateHashResponse { AsOf = request.AsOf });
    }

    public override async Task ReadChangeFeed(
        ReadChangeFeedRequest request,
        IServerStreamWriter<ReadChangeFeedResponse> responseStream,
        ServerCallContext context)
    {
        reads.LastRequest = request;
        foreach (var reply in reads.Feed)
            await responseStream.WriteAsync(reply);
    }

    public override async Task VerifyJournals(
        VerifyJournalsRequest request,
        IServerStreamWriter<VerifyJournalsResponse> responseStream,
        ServerCallContext context)
    {
        reads.LastRequest = context.RequestHeaders.GetValue("authorization");
        foreach (var reply in reads.Verification)
            await responseStream.WriteAsync(reply);
    }
}

internal sealed class FakeDecisions(FakeReads reads) : DecisionService.DecisionServiceBase
{
    public override Task<CreateDecisionResponse> CreateDecision(
        CreateDecisionRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(new CreateDecisionResponse { Decision = reads.Decision });
    }

    public override Task<PreviewDecisionResponse> PreviewDecision(
        PreviewDecisionRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(reads.Preview);
    }

    public override Task<UndoDecisionResponse> UndoDecision(UndoDecisionRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(new UndoDecisionResponse { Decision = reads.Decision });
    }

    public override Task<GetDecisionResponse> GetDecision(GetDecisionRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(new GetDecisionResponse { Decision = reads.Decision });
    }

    public override Task<ListDecisionsResponse> ListDecisions(ListDecisionsRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(new ListDecisionsResponse { Decisions = { reads.Decision } });
    }

    public override Task<ListInertValuesResponse> ListInertValues(
        ListInertValuesRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(reads.Inert);
    }
}
