using MartechGrains.Journal.Clocks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Writing;
using MartechGrains.Server.Errors;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MartechGrains.Server.Operations;

/// <summary>
/// Ready means: the store answers and takes writes, the journal's writer runs, the clock is right, and nobody told the
/// server to stop. Whether the silo has joined is told by the process having started at all.
/// </summary>
internal sealed class StoreHealthCheck(IPointerReads pointers, JournalWriter writer, ClockGate clock, Drain drain)
    : IHealthCheck
{
    /// <summary>Writes the state, and on lines of their own the reasons of one that is not healthy.</summary>
    public static Task WriteAsync(HttpContext http, HealthReport report)
    {
        http.Response.ContentType = "text/plain";
        return http.Response.WriteAsync(
            string.Join('\n', report.Entries.Values.Select(static entry => entry.Description)
                .OfType<string>().Prepend($"{report.Status}")),
            http.RequestAborted);
    }

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (drain.Begun.IsCancellationRequested) return HealthCheckResult.Unhealthy("The server stops.");
        if (writer.Ended.IsCompleted) return HealthCheckResult.Unhealthy("The journal's writer has ended.");
        if (clock.Refusal is { } off) return HealthCheckResult.Unhealthy(off);
        if (writer.Outage is not null) return HealthCheckResult.Unhealthy("The store takes no writes.");
        try
        {
            await pointers.ReadPointersAsync([default], cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return HealthCheckResult.Unhealthy("The store does not answer.", error);
        }
    }
}
