using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.Protocol.Identity.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Policies;

/// <summary>The policy service in the words of the tests.</summary>
internal static class PolicyClient
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public static PolicyService.PolicyServiceClient Policies(this GrpcChannel channel) => new(channel);

    /// <summary>What a candidate would change; the last message, after at least one of progress.</summary>
    public static async Task<PolicyRehearsal> DryRunAsync(this GrpcChannel channel, PolicyText candidate)
    {
        var request = new RehearsePolicyRequest { Yaml = candidate.ToString(), Purpose = ClientExtensions.Purpose };
        using var call = channel.Policies().RehearsePolicy(request);
        var steps = await call.ResponseStream.ReadAllAsync().ToListAsync();
        Assert.All(steps.SkipLast(1), step => Assert.InRange(step.Progress.FractionDone, 0, 1));
        Assert.True(steps.Count > 1);
        return steps[^1].Result;
    }

    public static async Task<PolicyVersion> ApplyAsync(this GrpcChannel channel, PolicyText policy, string id = "") =>
        (await channel.Policies().ApplyPolicyAsync(new ApplyPolicyRequest
        {
            Yaml = policy.ToString(),
            Actor = "ada",
            Reason = "a test",
            RequestId = id,
        })).Version;

    public static async Task<PolicyVersion> GoBackAsync(this GrpcChannel channel, int version = 0, string id = "") =>
        (await channel.Policies().GoBackAsync(new GoBackRequest
        {
            Version = version,
            Actor = "bob",
            Reason = "a way back",
            RequestId = id,
        })).Version;

    /// <summary>Waits until all homes have gone over to a version.</summary>
    /// <param name="channel">The server.</param>
    /// <param name="version">The version.</param>
    /// <param name="meanwhile">What to do between two looks; nothing where few homes have to go over.</param>
    public static async Task<PolicyChange> FinishedAsync(
        this GrpcChannel channel, int version, Func<Task>? meanwhile = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var reply = await channel.Policies().GetPolicyChangeAsync(
                new GetPolicyChangeRequest(), cancellationToken: patience.Token);
            Assert.Equal(version, reply.Change.Version);
            if (reply.Change.FinishedAt is not null) return reply.Change;
            if (meanwhile is not null) await meanwhile();
        }
    }
}
