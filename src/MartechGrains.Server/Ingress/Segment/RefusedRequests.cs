using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Ingress.Segment;

/// <summary>
/// Tells the operator of requests of producers that were refused as a whole: many SDKs drop what they sent, and say
/// nothing to anybody. Each is counted by its code; of each code there is a line in the log, but not for each request.
/// </summary>
internal sealed partial class RefusedRequests
{
    /// <summary>Shortest time between two lines of one code.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Refusals> _byCode = new(StringComparer.Ordinal);
    private readonly Counter<long> _refused;
    private readonly ILogger<RefusedRequests> _log;
    private readonly TimeProvider _time;

    public RefusedRequests(IMeterFactory meters, TimeProvider time, ILogger<RefusedRequests> log)
    {
        (_time, _log) = (time, log);
        _refused = meters.Create("MartechGrains.Server").CreateCounter<long>(
            "martechgrains.ingest.requests_refused", "{request}",
            "Requests of producers that were refused as a whole, by code.");
    }

    /// <summary>Notes one.</summary>
    /// <param name="fault">Why; its codes are few.</param>
    /// <param name="path">The door's path; no part of it may be a key.</param>
    public void Note(HttpFault fault, PathString path)
    {
        _refused.Add(1, new KeyValuePair<string, object?>("code", fault.Code));
        if (_byCode.GetOrAdd(fault.Code, static _ => new Refusals()).Count(_time) is { } count)
            LogRefused(count, fault.Code, path, fault.Message, fault.Remedy);
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{count} requests refused with {code} since the last line of it, this one at {path}: {problem} "
            + "{remedy}")]
    private partial void LogRefused(int count, string code, PathString path, string problem, string remedy);

    private sealed class Refusals
    {
        private readonly Lock _lock = new();
        private long? _toldAt;
        private int _count;

        /// <summary>How many there were since they were told of; null where it is too soon to tell again.</summary>
        public int? Count(TimeProvider time)
        {
            lock (_lock)
            {
                _count++;
                if (_toldAt is { } toldAt && time.GetElapsedTime(toldAt) < Pause) return null;
                var count = _count;
                (_toldAt, _count) = (time.GetTimestamp(), 0);
                return count;
            }
        }
    }
}
