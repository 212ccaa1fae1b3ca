using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Writing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MartechGrains.Server.Operations;

/// <summary>
/// Ready means: the store answers, and the journal's writer runs. Whether the silo has joined is told by the process
/// having started at all.
/// </summary>
internal sealed class StoreHealthCheck(IPointerReads pointers, JournalWriter writer) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (writer.Ended.IsCompleted) return HealthCheckResult.Unhealthy("The journal's writer has ended.");
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
