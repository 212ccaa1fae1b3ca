using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Identity.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Policies;

/// <summary>
/// The doors of the policy service: versions, repeats, and what is refused with which remedy. Those that change the
/// policy have a server of their own.
/// </summary>
public sealed class PolicyServiceTests(PolicyServiceTests.UnchangedServer server)
    : IClassFixture<PolicyServiceTests.UnchangedServer>
{
    private GrpcChannel Channel => server.Address.Channel;

    [Fact]
    public async Task Versions_are_listed_with_who_and_why_and_keep_their_texts()
    {
        await using var own = await server.StartAnotherAsync();
        var channel = own.Address.Channel;
        var applied = await channel.ApplyAsync(new PolicyText(5) { Device = "genericAfter: 4" });
        var change = await channel.FinishedAsync(5);
        Assert.Equal((1, 0, 1.0), (change.Pass, change.HomesFailed, change.FractionDone));
        var back = await channel.GoBackAsync();
        await channel.FinishedAsync(6);
        var versions = (await channel.Policies().ListPolicyVersionsAsync(new())).Versions;
        Assert.Equal([(6, "bob", 2), (5, "ada", 0)], versions.Take(2).Select(v => (v.Version, v.Actor, v.WayBackTo)));
        Assert.Equal([back, applied], versions.Take(2));
        Assert.Equal(2, versions[2].Version);
        Assert.Equal(versions[2].Digest, back.Digest);
        Assert.Contains("genericAfter: 4", await TextAsync(channel, 5), StringComparison.Ordinal);
        Assert.Equal(await TextAsync(channel, 2), await TextAsync(channel, 0));
    }

    [Fact]
    public async Task A_repeat_changes_nothing()
    {
        await using var own = await server.StartAnotherAsync();
        var channel = own.Address.Channel;
        var policy = new PolicyText(3);
        var applied = await channel.ApplyAsync(policy, "apply-1");
        var back = await channel.GoBackAsync(2, "back-1");
        Assert.Equal(4, back.Version);
        Assert.Equal(applied, await channel.ApplyAsync(policy, "apply-1"));
        Assert.Equal(applied, await channel.ApplyAsync(policy));
        Assert.Equal(back, await channel.GoBackAsync(2, "back-1"));
        Assert.Equal(back, await channel.GoBackAsync(2));
        Assert.Equal(5, (await channel.GoBackAsync()).Version);
        await AssertRefusedAsync(
            channel.ApplyAsync(new PolicyText(9), "back-1"), StatusCode.InvalidArgument, "INVALID_FIELD");
        await AssertRefusedAsync(channel.GoBackAsync(3, "apply-1"), StatusCode.InvalidArgument, "INVALID_FIELD");
    }

    [Fact]
    public async Task A_version_that_is_not_newer_is_refused()
    {
        await AssertRefusedAsync(
            Channel.ApplyAsync(new PolicyText(1)), StatusCode.FailedPrecondition, "POLICY_VERSION_NOT_NEWER");
        await AssertRefusedAsync(
            Channel.ApplyAsync(new PolicyText(2) { Device = "genericAfter: 3" }), StatusCode.FailedPrecondition,
            "POLICY_VERSION_NOT_NEWER");
    }

    [Fact]
    public async Task A_text_that_is_no_policy_is_refused_with_line_and_remedy()
    {
        var policy = new PolicyText(3) { Device = "genericAfter: 3, genericAfterwards: 4, contested: nobody" };
        var refusals = new[]
        {
            await AssertRefusedAsync(Channel.ApplyAsync(policy), StatusCode.InvalidArgument, "INVALID_POLICY"),
            await AssertRefusedAsync(Channel.DryRunAsync(policy), StatusCode.InvalidArgument, "INVALID_POLICY"),
        };
        foreach (var violations in refusals)
        {
            Assert.Equal(2, violations.Count);
            Assert.All(violations, violation =>
            {
                Assert.Equal("yaml", violation.Field);
                Assert.Matches("^line 15, column [0-9]+: .+ Remedy: .+", violation.Description);
            });
        }
    }

    [Fact]
    public async Task A_policy_without_a_namespace_that_there_is_is_refused()
    {
        var text = $"{new PolicyText(3)}".Replace("name: phone", "name: telephone", StringComparison.Ordinal);
        var apply = Channel.Policies().ApplyPolicyAsync(
            new ApplyPolicyRequest { Yaml = text, Actor = "ada", Reason = "a test" });
        var faults = await AssertRefusedAsync(apply.ResponseAsync, StatusCode.InvalidArgument, "INVALID_POLICY");
        Assert.Contains("'phone' is missing", Assert.Single(faults).Description, StringComparison.Ordinal);
        using var rehearse = Channel.Policies().RehearsePolicy(
            new RehearsePolicyRequest { Yaml = text, Purpose = ClientExtensions.Purpose });
        await AssertRefusedAsync(
            rehearse.ResponseStream.MoveNext(CancellationToken.None), StatusCode.InvalidArgument, "INVALID_POLICY");
    }

    [Fact]
    public async Task What_is_missing_or_unknown_is_refused()
    {
        var client = Channel.Policies();
        await AssertRefusedAsync(
            client.GetPolicyAsync(new() { Version = 9 }).ResponseAsync, StatusCode.NotFound,
            "POLICY_VERSION_NOT_FOUND");
        await AssertRefusedAsync(Channel.GoBackAsync(9), StatusCode.NotFound, "POLICY_VERSION_NOT_FOUND");
        await AssertRefusedAsync(Channel.GoBackAsync(), StatusCode.NotFound, "POLICY_VERSION_NOT_FOUND");
        await AssertRefusedAsync(Channel.GoBackAsync(-1), StatusCode.InvalidArgument, "INVALID_FIELD");
        var nobody = new ApplyPolicyRequest { Yaml = $"{new PolicyText(3)}", Actor = " ", Reason = "a test" };
        var faults = await AssertRefusedAsync(
            client.ApplyPolicyAsync(nobody).ResponseAsync, StatusCode.InvalidArgument, "INVALID_FIELD");
        Assert.Equal("actor", Assert.Single(faults).Field);
        using var rehearse = client.RehearsePolicy(new RehearsePolicyRequest { Yaml = $"{new PolicyText(3)}" });
        await AssertRefusedAsync(
            rehearse.ResponseStream.MoveNext(CancellationToken.None), StatusCode.InvalidArgument, "PURPOSE_REQUIRED");
    }

    private static async Task<string> TextAsync(GrpcChannel channel, int version) =>
        (await channel.Policies().GetPolicyAsync(new() { Version = version })).Yaml;

    private static async Task<IReadOnlyList<BadRequest.Types.FieldViolation>> AssertRefusedAsync(
        Task call, StatusCode code, string reason)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call);
        error.AssertTyped(code, reason, null);
        return CallErrors.ViolationsOf(error);
    }

    /// <summary>A server whose policy stays as it is.</summary>
    public sealed class UnchangedServer() : SharedServer(
        keySeed: 1, $"{new PolicyText(2)}", new Dictionary<string, string> { ["shop"] = "demo" });
}
