using MartechGrains.EndToEnd.Tests.Support;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Starting;

/// <summary>Two servers that do not know of each other would read behind each other's backs.</summary>
public sealed class SecondServerTests
{
    private const int Refused = 1;

    [SkippableFact]
    public async Task A_second_server_on_a_PostgreSQL_database_is_refused_until_the_first_is_gone()
    {
        await using var store = await TestStore.PostgresAsync();
        await using var first = await ServerProcess.StartAsync(store);

        (await EndedServer.RunAsync([.. store.Arguments, "--http-port", "0", "--grpc-port", "0"]))
            .Tells(Refused, "Another server works on this PostgreSQL database", "Stop the other");
        Assert.True(await first.Address.IsReadyAsync());

        await first.KillAsync();
        await using var second = await ServerProcess.StartAsync(store);
        await second.StopAsync();
    }
}
