using System.Globalization;
using Google.Protobuf;
using MartechGrains.LoadTests.Baselines.Bare;
using MartechGrains.LoadTests.Driving;
using MartechGrains.LoadTests.Servers;
using MartechGrains.LoadTests.Traffic;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Types.V1;
using Microsoft.AspNetCore.Builder;
using Xunit;


namespace MartechGrains.Server.Tests.Load;

public sealed class LookupLoadTests : IAsyncLifetime
{
    private const string GetProfile = "/martechgrains.activation.v1.ActivationService/GetProfile";
    private const double Seconds = 0.3;

    private readonly string file = Path.GetTempFileName();
    private readonly int[] ports = Ports.Free(2);
    private WebApplication server = null!;

    public async Task InitializeAsync()
    {
        ProfileFile.Write(file, Enumerable.Range(0, 10).Select(n => ProfileFile.MadeUp(n, DateTimeOffset.UnixEpoch)));
        server = BareServer.Build(ports[0], ports[1], file);
        await server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        File.Delete(file);
    }

    [Fact]
    public async Task Closed_loop_calls_are_answered_counted_and_timed()
    {
        var result = await LoadOf(10).ClosedAsync(2, 16, Seconds, CancellationToken.None);
        Assert.True(result.Completed > 0);
        Assert.Equal(0, result.Failed);
        Assert.Equal(result.Completed, result.Latencies.TotalCount);
        Assert.True(result.Seconds >= Seconds * 0.9);
    }

    [Fact]
    public async Task Open_loop_calls_come_to_the_planned_number()
    {
        var result = await LoadOf(10).OpenLoopAsync(2, 500, Seconds, CancellationToken.None);
        Assert.Equal(150, result.Completed + result.Dropped);
        Assert.Equal(0, result.Failed);
    }

    [Fact]
    public async Task Calls_that_the_server_refuses_count_as_failed_not_as_completed()
    {
        // People 10 to 19 are not there; every other call asks for one of them, so that the first few calls suffice.
        var requests = Enumerable.Range(0, 20).OrderBy(static person => person % 10).Select(Request);
        var result = await new LookupLoad(ports[1], GetProfile, [.. requests])
            .ClosedAsync(1, 4, Seconds, CancellationToken.None);
        Assert.True(result.Failed > 0);
        Assert.True(result.Completed > 0);
        Assert.InRange(result.Completed - result.Failed, -10, 10);
    }

    [Fact]
    public void Made_up_profiles_have_the_size_they_should()
    {
        foreach (var (user, response) in ProfileFile.Read(file))
        {
            Assert.StartsWith("u-", user, StringComparison.Ordinal);
            Assert.InRange(response.Length, ProfileFile.MadeUpSize - 60, ProfileFile.MadeUpSize + 60);
            Assert.NotEmpty(GetProfileResponse.Parser.ParseFrom(response).Profile.Features);
        }
    }

    private LookupLoad LoadOf(int people) =>
        new(ports[1], GetProfile, [.. Enumerable.Range(0, people).Select(Request)]);

    private static byte[] Request(int person) => new GetProfileRequest
    {
        Key = new ProfileKey
        {
            Identifier = new Identifier
            {
                Namespace = Namespaces.UserId,
                Value = string.Create(CultureInfo.InvariantCulture, $"u-{person}"),
            },
        },
        Purpose = "test",
    }.ToByteArray();
}
