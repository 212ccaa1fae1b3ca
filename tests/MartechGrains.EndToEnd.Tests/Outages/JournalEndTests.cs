using System.Diagnostics;
using MartechGrains.Definitions;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Writing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Outages;

/// <summary>A server whose journal cannot be written any more stops, and says why once.</summary>
public sealed class JournalEndTests
{
    [Fact]
    public async Task A_journal_that_ends_by_an_error_ends_the_process()
    {
        using var log = new ListedLog(LogLevel.Critical);
        var clock = new BreakingClock();
        await using var server = await InProcessServer.StartAsync(
            1, DefaultPolicy.ReadYaml(), new Dictionary<string, string>(), time: clock, log: log);
        var lifetime = server.Services.GetRequiredService<IHostApplicationLifetime>();
        var writer = server.Services.GetRequiredService<JournalWriter>();
        var health = server.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync()).Status);

        clock.Break();
        await Assert.ThrowsAsync<JournalEndedException>(() => writer.WriteAsync(Quarantined(1)).AsTask());
        await StoppingAsync(lifetime);

        Assert.Equal(1, server.ExitCode);
        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync()).Status);
        await Assert.ThrowsAsync<JournalEndedException>(() => writer.WriteAsync(Quarantined(2)).AsTask());
        Assert.Single(log.Lines);
    }

    private static async Task StoppingAsync(IHostApplicationLifetime lifetime)
    {
        var stopping = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private static QuarantineWrite Quarantined(byte id) => new(new QuarantineRow(
        new Guid(id, 0, 0, new byte[8]), "web", "e", new(1), "invalid_amount", "fact.amount", "a sum; check it",
        new byte[1]));
}

/// <summary>
/// The system's clock, until it breaks for the journal's writer. The runtime's own threads ask the same clock, and an
/// error there would end the process of the tests.
/// </summary>
internal sealed class BreakingClock : TimeProvider
{
    private volatile bool _broken;

    public void Break() => _broken = true;

    public override long GetTimestamp() => _broken && IsAskedByWriter()
        ? throw new InvalidOperationException("The clock is broken.")
        : base.GetTimestamp();

    private static bool IsAskedByWriter() => new StackTrace().GetFrames().Any(static frame =>
        frame.GetMethod()?.DeclaringType?.Namespace == typeof(JournalWriter).Namespace);
}
