using Grpc.Core;
using MartechGrains.Protocol.Identity.V1;

namespace MartechGrains.Server.Tests.Cli;

/// <summary>What the policy service answers; what it was asked goes to <see cref="FakeReads.LastRequest"/>.</summary>
internal sealed class FakePolicies(FakeReads reads) : PolicyService.PolicyServiceBase
{
    public override async Task RehearsePolicy(
        RehearsePolicyRequest request,
        IServerStreamWriter<RehearsePolicyResponse> responseStream,
        ServerCallContext context)
    {
        reads.LastRequest = request;
        foreach (var step in reads.Rehearsal)
            await responseStream.WriteAsync(step);
    }

    public override Task<ApplyPolicyResponse> ApplyPolicy(ApplyPolicyRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(new ApplyPolicyResponse { Version = reads.PolicyVersions[0] });
    }

    public override Task<GoBackResponse> GoBack(GoBackRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(new GoBackResponse { Version = reads.PolicyVersions[0] });
    }

    /// <summary>One step of the change for each time it is asked, the last for ever.</summary>
    public override Task<GetPolicyChangeResponse> GetPolicyChange(
        GetPolicyChangeRequest request, ServerCallContext context)
    {
        var change = reads.PolicyChanges.Count > 1 ? reads.PolicyChanges.Dequeue() : reads.PolicyChanges.Peek();
        return Task.FromResult(new GetPolicyChangeResponse { Change = change });
    }

    public override Task<ListPolicyVersionsResponse> ListPolicyVersions(
        ListPolicyVersionsRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(new ListPolicyVersionsResponse { Versions = { reads.PolicyVersions } });
    }

    public override Task<GetPolicyResponse> GetPolicy(GetPolicyRequest request, ServerCallContext context)
    {
        reads.LastRequest = request;
        return Task.FromResult(new GetPolicyResponse { Version = reads.PolicyVersions[0], Yaml = "kind: a\n" });
    }
}
