using System.Diagnostics.Tracing;
using MartechGrains.LoadTests.Driving;
using MartechGrains.LoadTests.Servers;
using Microsoft.Diagnostics.NETCore.Client;

namespace MartechGrains.LoadTests.Tracing;

/// <summary>
/// Records the stacks of a server while it works: of all its threads each millisecond, and of an allocation each
/// 100 kB or so.
/// </summary>
public static class StageTrace
{
    private const string Sampler = "Microsoft-DotNETCore-SampleProfiler";
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const long AllocationSampling = 0x80000000000;
    private const int BufferMegabytes = 512;

    /// <summary>Runs a measurement, and tells what of it each stage took.</summary>
    /// <param name="server">The server.</param>
    /// <param name="counters">Its counters.</param>
    /// <param name="load">The measurement.</param>
    /// <param name="folder">Where the trace may lie meanwhile; some hundred MB.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<StageProfile> RecordAsync(
        MeasuredServer server, RuntimeCounters counters, Func<Task<LoadResult>> load, string folder,
        CancellationToken cancellation)
    {
        var file = Path.Combine(folder, $"{Guid.NewGuid():n}.nettrace");
        var client = new DiagnosticsClient(server.ProcessId);
        EventPipeProvider[] providers =
        [
            new(Sampler, EventLevel.Informational),
            new(Runtime, EventLevel.Informational, AllocationSampling),
        ];
        using var session = await client.StartEventPipeSessionAsync(
            providers, requestRundown: true, circularBufferMB: BufferMegabytes, token: cancellation);
        var writing = WriteAsync(session, file, cancellation);
        var before = ThreadTimes.Read(server.ProcessId);
        var result = await server.MeasureAsync(counters, load, cancellation);
        var after = ThreadTimes.Read(server.ProcessId);
        await session.StopAsync(cancellation);
        await writing;
        var seconds = after.ToDictionary(
            static thread => thread.Key,
            thread => (thread.Value.Name, thread.Value.Seconds - before.GetValueOrDefault(thread.Key).Seconds));
        var profile = StageProfile.Of(file, result, seconds);
        File.Delete(file);
        return profile;
    }

    private static async Task WriteAsync(EventPipeSession session, string file, CancellationToken cancellation)
    {
        await using var output = File.Create(file);
        await session.EventStream.CopyToAsync(output, cancellation);
    }
}
