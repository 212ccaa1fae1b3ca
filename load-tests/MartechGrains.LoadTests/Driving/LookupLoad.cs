using System.Diagnostics;
using HdrHistogram;


namespace MartechGrains.LoadTests.Driving;

/// <summary>Repeats one unary method over several connections, with requests serialised beforehand.</summary>
/// <param name="port">The server's gRPC port on this machine.</param>
/// <param name="path">The method, such as <c>/package.Service/Method</c>.</param>
/// <param name="requests">The serialised requests, taken in turn.</param>
public sealed class LookupLoad(int port, string path, IReadOnlyList<byte[]> requests)
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    /// <summary>As many calls as the server answers: each answer starts the next call.</summary>
    /// <param name="connections">Connections, at least 1.</param>
    /// <param name="inFlight">Calls in flight on each, 1 to 100.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LoadResult> ClosedAsync(
        int connections, int inFlight, double seconds, CancellationToken cancellation)
    {
        var opened = await OpenAsync(connections, cancellation);
        try
        {
            var start = Stopwatch.GetTimestamp();
            var end = start + (long)(seconds * Stopwatch.Frequency);
            var loops = opened.Select((connection, number) =>
                Task.Run(() => ClosedLoopAsync(connection, number, inFlight, end, cancellation), cancellation));
            return Sum(await Task.WhenAll(loops), start);
        }
        finally
        {
            opened.ForEach(connection => connection.Dispose());
        }
    }

    /// <summary>Calls at a fixed rate, with latencies from the moment each was due.</summary>
    /// <param name="connections">Connections, at least 1.</param>
    /// <param name="perSecond">Calls a second, over all connections.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<LoadResult> OpenLoopAsync(
        int connections, double perSecond, double seconds, CancellationToken cancellation)
    {
        var opened = await OpenAsync(connections, cancellation);
        try
        {
            var start = Stopwatch.GetTimestamp();
            var schedule = new ArrivalSchedule(start, perSecond, seconds, Stopwatch.Frequency);
            using var draining = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var stopReading = new TaskCompletionSource();
            var readers = opened
                .Select(connection => Task.Run(
                    () => ReadAllAsync(connection, stopReading.Task, draining.Token), cancellation))
                .ToArray();
            await PaceAsync(opened, schedule, cancellation);
            stopReading.SetResult();
            draining.CancelAfter(DrainLimit);
            await DrainAsync(opened, draining);
            var result = Sum(await Task.WhenAll(readers), start);
            result.Dropped = schedule.Dropped;
            result.Late = schedule.Late;
            return result;
        }
        finally
        {
            opened.ForEach(connection => connection.Dispose());
        }
    }

    private async Task<List<RawGrpcConnection>> OpenAsync(int connections, CancellationToken cancellation)
    {
        var opened = new List<RawGrpcConnection>();
        for (var number = 0; number < connections; number++)
            opened.Add(await RawGrpcConnection.ConnectAsync(port, path, cancellation));
        return opened;
    }

    private async Task<Tally> ClosedLoopAsync(
        RawGrpcConnection connection, int number, int inFlight, long end, CancellationToken cancellation)
    {
        var tally = new Tally();
        // Each connection begins elsewhere in the list, so that they do not ask for the same profile at once.
        var next = (int)((long)requests.Count * number / 8 % requests.Count);
        while (true)
        {
            var now = Stopwatch.GetTimestamp();
            while (now < end && connection.InFlight < inFlight && connection.HasRoomFor(requests[next].Length))
            {
                connection.Append(requests[next], now);
                next = (next + 1) % requests.Count;
            }

            await connection.FlushAsync(cancellation);
            if (now >= end && connection.InFlight == 0)
                return tally;
            await connection.ReadAsync(tally.Answered, cancellation);
        }
    }

    private async Task PaceAsync(
        List<RawGrpcConnection> opened, ArrivalSchedule schedule, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var next = 0;
        while (!schedule.IsOver)
        {
            var now = Stopwatch.GetTimestamp();
            var free = WithRoom(opened, next, requests[next % requests.Count].Length);
            while (schedule.TryTake(now, free is not null, out var intended))
            {
                free!.Append(requests[next % requests.Count], intended);
                next++;
                free = WithRoom(opened, next, requests[next % requests.Count].Length);
            }

            foreach (var connection in opened)
                await connection.FlushAsync(cancellation);
            await timer.WaitForNextTickAsync(cancellation);
        }
    }

    private static RawGrpcConnection? WithRoom(List<RawGrpcConnection> opened, int from, int messageLength)
    {
        for (var offset = 0; offset < opened.Count; offset++)
        {
            var connection = opened[(from + offset) % opened.Count];
            if (connection.HasRoomFor(messageLength))
                return connection;
        }

        return null;
    }

    private static async Task<Tally> ReadAllAsync(
        RawGrpcConnection connection, Task stopped, CancellationToken cancellation)
    {
        var tally = new Tally();
        try
        {
            while (!stopped.IsCompleted || connection.InFlight > 0)
                await connection.ReadAsync(tally.Answered, cancellation);
        }
        catch (OperationCanceledException) when (stopped.IsCompleted)
        {
            // Nothing more is to come, or it did not come in time: what is unanswered then counts as failed.
            tally.Failed += connection.InFlight;
        }

        return tally;
    }

    private static async Task DrainAsync(List<RawGrpcConnection> opened, CancellationTokenSource draining)
    {
        while (!draining.IsCancellationRequested && opened.Exists(connection => connection.InFlight > 0))
            await Task.Delay(1, CancellationToken.None);
        // A reader whose last answer came before the end of the schedule still waits for bytes.
        await draining.CancelAsync();
    }

    private static LoadResult Sum(IEnumerable<Tally> tallies, long start)
    {
        var result = new LoadResult();
        var last = start;
        foreach (var tally in tallies)
        {
            result.Completed += tally.Completed;
            result.Failed += tally.Failed;
            result.Latencies.Add(tally.Latencies);
            last = Math.Max(last, tally.Last);
        }

        result.Seconds = Stopwatch.GetElapsedTime(start, last).TotalSeconds;
        return result;
    }

    private sealed class Tally
    {
        public LongHistogram Latencies { get; } = LoadResult.NewHistogram();

        public long Completed { get; private set; }

        public long Failed { get; set; }

        public long Last { get; private set; }

        public void Answered(long startTicks, bool ok)
        {
            Last = Stopwatch.GetTimestamp();
            LoadResult.Record(Latencies, Last - startTicks);
            if (ok)
                Completed++;
            else
                Failed++;
        }
    }
}
