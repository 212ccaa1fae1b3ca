using MartechGrains.LoadTests.Driving;
using Microsoft.Diagnostics.Tracing.EventPipe;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace MartechGrains.LoadTests.Tracing;

/// <summary>What each stage takes for one event.</summary>
public sealed class StageProfile
{
    private readonly Dictionary<int, Dictionary<(Stage Stage, string Call), double>> samples = [];
    private readonly Dictionary<(Stage Stage, string Call), double> microsecondsBy = [];
    private readonly Dictionary<Stage, double> allocated = [];
    private readonly Dictionary<(Stage Stage, string Call), double> allocatedBy = [];
    private readonly Dictionary<CodeAddressIndex, (string Method, Stage? Stage)> frames = [];

    private StageProfile(LoadResult result)
    {
        Result = result;
    }

    /// <summary>The measurement.</summary>
    public LoadResult Result { get; }

    /// <summary>Microseconds of processor time for one event, by stage.</summary>
    public Dictionary<Stage, double> Microseconds { get; } = [];

    /// <summary>Bytes allocated for one event, by stage.</summary>
    public Dictionary<Stage, double> Bytes { get; } = [];

    /// <summary>Microseconds of processor time for one event: stage and method; the most first.</summary>
    public IReadOnlyList<(Stage Stage, string Call, double Microseconds)> TimeByCall { get; private set; } = [];

    /// <summary>Bytes allocated for one event: stage, of which type and by which method; the most first.</summary>
    public IReadOnlyList<(Stage Stage, string Call, double Bytes)> BytesByCall { get; private set; } = [];

    /// <summary>Reads a trace.</summary>
    /// <param name="file">The trace.</param>
    /// <param name="result">The measurement it was recorded of.</param>
    /// <param name="threads">Name and processor time of each thread meanwhile.</param>
    internal static StageProfile Of(
        string file, LoadResult result, IReadOnlyDictionary<int, (string Name, double Seconds)> threads)
    {
        var profile = new StageProfile(result);
        var indexed = TraceLog.CreateFromEventPipeDataFile(file, Path.ChangeExtension(file, ".etlx"));
        using (var log = new TraceLog(indexed))
        {
            var source = log.Events.GetSource();
            new SampleProfilerTraceEventParser(source).ThreadSample += profile.Take;
            source.Clr.AllocationSampling += profile.Take;
            source.Process();
        }

        File.Delete(indexed);
        profile.Share(threads);
        return profile;
    }

    private void Take(ClrThreadSampleTraceData sample)
    {
        var stack = sample.CallStack();
        var (stage, isWaiting) = Place(stack, sample.Type == ClrThreadSampleType.External);
        if (isWaiting)
            return;
        if (!samples.TryGetValue(sample.ThreadID, out var own))
            samples.Add(sample.ThreadID, own = []);
        var call = (stage, stage == Stage.Other && stack is not null ? Frame(stack).Method : Innermost(stack));
        own[call] = own.GetValueOrDefault(call) + 1;
    }

    private void Take(AllocationSampledTraceData allocation)
    {
        var stack = allocation.CallStack();
        var (stage, _) = Place(stack, mayWait: false);
        // Sampling is by the byte: each sample stands for as many bytes as any other.
        allocated[stage] = allocated.GetValueOrDefault(stage) + 1;
        var call = (stage, $"{allocation.TypeName} in {Innermost(stack)}");
        allocatedBy[call] = allocatedBy.GetValueOrDefault(call) + 1;
    }

    private (Stage Stage, bool IsWaiting) Place(TraceCallStack? stack, bool mayWait)
    {
        if (mayWait && (stack is null || IsWait(Frame(stack).Method)))
            return (Stage.Other, true);
        for (; stack is not null; stack = stack.Caller)
        {
            if (Frame(stack).Stage is { } stage)
                return (stage, false);
        }

        return (Stage.Other, false);
    }

    /// <summary>The innermost method that belongs to a stage, and what it calls.</summary>
    private string Innermost(TraceCallStack? stack)
    {
        var called = "";
        for (; stack is not null; stack = stack.Caller)
        {
            var (method, stage) = Frame(stack);
            if (stage is not null)
                return called.Length == 0 ? method : $"{method} > {called}";
            called = method;
        }

        return called;
    }

    private (string Method, Stage? Stage) Frame(TraceCallStack stack)
    {
        var address = stack.CodeAddress;
        if (!frames.TryGetValue(address.CodeAddressIndex, out var frame))
        {
            var method = address.FullMethodName;
            var end = method.IndexOf('(', StringComparison.Ordinal);
            method = end < 0 ? method : method[..end];
            frames.Add(address.CodeAddressIndex, frame = (method, StageMap.Of(method)));
        }

        return frame;
    }

    private static bool IsWait(string method) =>
        method.StartsWith("System.Threading.", StringComparison.Ordinal)
        || method.Contains("WaitForSocketEvents", StringComparison.Ordinal);

    private void Share(IReadOnlyDictionary<int, (string Name, double Seconds)> threads)
    {
        foreach (var (id, (name, seconds)) in threads)
        {
            if (samples.TryGetValue(id, out var own))
            {
                var all = own.Values.Sum();
                foreach (var (call, count) in own)
                    Add(call, seconds * count / all);
            }
            else
            {
                Add((OfThread(name), name), seconds);
            }
        }

        var bytes = Result.AllocatedBytesEach / Math.Max(1, allocated.Values.Sum());
        foreach (var (stage, count) in allocated)
            Bytes[stage] = bytes * count;
        BytesByCall =
        [
            .. allocatedBy.OrderByDescending(static one => one.Value)
                .Select(one => (one.Key.Stage, one.Key.Call, one.Value * bytes)),
        ];
        TimeByCall =
        [
            .. microsecondsBy.OrderByDescending(static one => one.Value)
                .Select(static one => (one.Key.Stage, one.Key.Call, one.Value)),
        ];
    }

    private void Add((Stage Stage, string Call) call, double seconds)
    {
        var each = seconds * 1e6 / Math.Max(1, Result.Completed);
        Microseconds[call.Stage] = Microseconds.GetValueOrDefault(call.Stage) + each;
        microsecondsBy[call] = microsecondsBy.GetValueOrDefault(call) + each;
    }

    private static Stage OfThread(string name) =>
        name.Contains("GC", StringComparison.Ordinal) ? Stage.Collect
        : name.Contains("Tiered", StringComparison.Ordinal) ? Stage.Compile
        : Stage.Other;
}
