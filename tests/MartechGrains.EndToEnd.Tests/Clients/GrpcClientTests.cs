using MartechGrains.EndToEnd.Tests.BadInput;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Clients;

/// <summary>Clients that others generate, of the protos as they are shipped or of what reflection tells.</summary>
[Collection(OneProcess.Name)]
public sealed class GrpcClientTests(BadInputServer fixture)
{
    private const string Generator = "@bufbuild/buf@1.75.0 @bufbuild/protoc-gen-es@2.13.0 @bufbuild/protobuf@2.17.0 "
        + "@connectrpc/connect@2.3.0 @connectrpc/connect-node@2.3.0";

    private const string Reflection = "@grpc/grpc-js@1.14.7 grpc-js-reflection-client@1.4.2";

    [SkippableFact]
    public async Task A_client_that_buf_generates_sends_reads_and_is_told_its_errors()
    {
        var who = $"generated-{Guid.NewGuid():n}";
        await RunAsync(Generator, "generated.mjs", Path.Combine(AppContext.BaseDirectory, "protos"), who);

        var profile = await (await fixture.AddressAsync()).Channel.ProfileAsync("user_id", who);
        Assert.Equal(1, profile.EventCount());
    }

    [SkippableFact]
    public async Task A_client_of_what_reflection_tells_reads_and_is_told_its_errors()
    {
        var server = await fixture.AddressAsync();
        await server.SendAsync(Door.GrpcCall, GoodEvent.Create(out var user));

        await RunAsync(Reflection, "reflected.mjs", user);
    }

    private async Task RunAsync(string packages, string script, params string[] arguments)
    {
        var server = await fixture.AddressAsync();
        var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Clients", script));
        await SdkRun.RunAsync(packages, text, [$"http://{server.Channel.Target}", .. arguments]);
    }
}
