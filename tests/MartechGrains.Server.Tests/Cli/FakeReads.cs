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

    public ListQuarantinedEventsResponse Quarantine { get; set; } = new();

    public GetQuarantinedEventResponse Quarantined { get; set; } = new();

    public IReadOnlyList<ReadChangeFeedResponse> Feed { get; set; } = [];

    public object? LastRequest { get; set; }
}

internal sealed class FakeActivation(FakeReads reads) : ActivationService.ActivationServiceBase
{
    public override Task<GetProfileResponse> GetProfile(GetProfileRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(reads.Profile(request));
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

    public override async Task ReadChangeFeed(
        ReadChangeFeedRequest request,
        IServerStreamWriter<ReadChangeFeedResponse> responseStream,
        ServerCallContext context)
    {
        reads.LastRequest = request;
        foreach (var reply in reads.Feed)
            await responseStream.WriteAsync(reply);
    }
}
