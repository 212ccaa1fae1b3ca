using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace MartechGrains.LoadTests.Tracing;

/// <summary>
/// What the runtime of another process counts, read through its diagnostics port: it needs no change to be read so, and
/// older builds can be.
/// </summary>
public sealed class RuntimeCounters : IAsyncDisposable
{
    /// <summary>A process that has published nothing for so long has failed.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private const string Provider = "System.Diagnostics.Metrics";
    private const string Allocated = "dotnet.gc.heap.total_allocated";
    private const string Pause = "dotnet.gc.pause.time";
    private const string Compilation = "dotnet.jit.compilation.time";
    private const string IntervalSeconds = "0.2";
    private const long TimeSeries = 0x2;

    private readonly EventPipeSession session;
    private readonly EventPipeEventSource source;
    private readonly Task reading;
    private readonly Lock gate = new();
    private readonly List<(DateTime From, TaskCompletionSource<RuntimeFigures> Answer)> waiting = [];
    private RuntimeFigures figures;
    private DateTime collectedAt = DateTime.MinValue;

    private RuntimeCounters(EventPipeSession session)
    {
        this.session = session;
        source = new EventPipeEventSource(session.EventStream);
        source.Dynamic.All += Take;
        reading = Task.Run(source.Process);
    }

    /// <summary>Begins to read a process's counters.</summary>
    public static async Task<RuntimeCounters> StartAsync(int processId, CancellationToken cancellation)
    {
        var provider = new EventPipeProvider(
            Provider, EventLevel.Informational, TimeSeries, new Dictionary<string, string>
            {
                ["SessionId"] = Guid.NewGuid().ToString(),
                ["Metrics"] = $@"System.Runtime\{Allocated},System.Runtime\{Pause},"
                    + $@"System.Runtime\{Compilation}",
                ["RefreshInterval"] = IntervalSeconds,
                ["MaxTimeSeries"] = "100",
                ["MaxHistograms"] = "10",
            });
        var client = new DiagnosticsClient(processId);
        return new RuntimeCounters(
            await client.StartEventPipeSessionAsync([provider], requestRundown: false, token: cancellation));
    }

    /// <summary>The counters at a moment after the call.</summary>
    /// <exception cref="InvalidOperationException">The process publishes them no more.</exception>
    public async Task<RuntimeFigures> ReadAsync(CancellationToken cancellation)
    {
        var answer = new TaskCompletionSource<RuntimeFigures>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate) waiting.Add((DateTime.UtcNow, answer));
        var first = await Task.WhenAny(answer.Task, reading, Task.Delay(Limit, cancellation));
        if (first != answer.Task)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new InvalidOperationException("The server's runtime publishes its counters no more.");
        }

        return await answer.Task;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await session.StopAsync(CancellationToken.None);
            await reading;
        }
        catch (Exception ended) when (ended is ServerNotAvailableException or EndOfStreamException or IOException)
        {
            Console.Error.WriteLine("The server ended before its counters did.");
        }

        source.Dispose();
        session.Dispose();
    }

    private void Take(TraceEvent published)
    {
        if (published.ProviderName != Provider)
            return;
        switch (published.EventName)
        {
            case "Collection/Start":
                collectedAt = published.TimeStamp.ToUniversalTime();
                break;
            case "CounterRateValuePublished":
                Take(
                    (string)published.PayloadByName("instrumentName"),
                    double.Parse((string)published.PayloadByName("value"), CultureInfo.InvariantCulture));
                break;
            case "Collection/Stop":
                Answer();
                break;
        }
    }

    private void Take(string instrument, double value) => figures = instrument switch
    {
        Allocated => figures with { AllocatedBytes = (long)value },
        Pause => figures with { PauseSeconds = value },
        Compilation => figures with { CompilationSeconds = value },
        _ => figures,
    };

    private void Answer()
    {
        lock (gate)
        {
            foreach (var (from, answer) in waiting)
            {
                if (collectedAt >= from)
                    answer.SetResult(figures);
            }

            waiting.RemoveAll(static one => one.Answer.Task.IsCompleted);
        }
    }
}

/// <summary>Counters of a runtime, since its process began.</summary>
/// <param name="AllocatedBytes">Bytes allocated on the managed heap.</param>
/// <param name="PauseSeconds">Time for which the garbage collector held all threads up.</param>
/// <param name="CompilationSeconds">Time that the just-in-time compiler took, on all threads together.</param>
public readonly record struct RuntimeFigures(long AllocatedBytes, double PauseSeconds, double CompilationSeconds);
