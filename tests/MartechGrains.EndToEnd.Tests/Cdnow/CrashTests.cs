using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Testing;
using Xunit;
using Xunit.Abstractions;

namespace MartechGrains.EndToEnd.Tests.Cdnow;

/// <summary>
/// The log again, or that of every eighth customer, while the server is killed with SIGKILL over and over: what was
/// acknowledged is kept, what was not is sent again, nothing counts twice, and a reader of the change feed misses
/// nothing.
/// </summary>
public abstract class CrashTests(ITestOutputHelper output)
{
    private const int Producers = 4;
    private const int Kills = 10;
    private const int MaxMore = 4;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    protected async Task RunAsync(TestStore opened, int seed)
    {
        await using var store = opened;
        await using var server = await ServerProcess.StartAsync(store);
        var random = new Random(seed);
        var rows = CdnowLog.ReadOfEvery(TestVolume.Of(sample: 8, full: 1));
        var reader = new ChangeFeedReader(server, Path.Combine(store.Folder, "cursor"), new Random(random.Next()));
        var progress = new Progress(rows.Count, random);
        var producers = rows.GroupBy(row => row.Number % Producers).Select(share => new EventProducer(
            server, [.. share.Select(row => row.ToEvent())], new Random(random.Next()), progress.Add, progress.Sent))
            .ToList();

        using var limit = new CancellationTokenSource(Limit);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var reading = reader.FollowAsync(stop.Token);
        var killing = KillAsync(server, progress, reader, random, limit.Token);
        try
        {
            await AllOrFirstFailureAsync([killing, .. producers.Select(producer => producer.RunAsync(limit.Token))]);
            output.WriteLine($"All acknowledged after {progress.Elapsed}.");
            await CdnowTotals.AssertEqualAsync(server.Address.Channel, rows);
        }
        finally
        {
            await stop.CancelAsync();
            output.WriteLine(server.LogTail(15));
        }

        await reading;
        await reader.CatchUpAsync();
        reader.AssertSaw(rows.Select(row => row.Number));
        Assert.Equal(Kills, server.Kills);
        output.WriteLine(
            $"{producers.Sum(producer => producer.Resent)} events resent though acknowledged; the feed's reader began "
            + $"{reader.Restarts} times again and met {reader.Repeats} repeats. {progress.Elapsed} in all.");
    }

    private static async Task KillAsync(
        ServerProcess server, Progress progress, ChangeFeedReader reader, Random random,
        CancellationToken cancellation)
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            await progress.ReachAsync(kill, cancellation);
            // Also with batches on their way, and when a commit has just been seen: otherwise every kill would come
            // right after an acknowledgement.
            var more = random.Next(1, MaxMore + 1);
            var moment = random.Next(3) switch
            {
                0 => Task.CompletedTask,
                1 => progress.Sent.MoreAsync(more, cancellation),
                _ => reader.Replies.MoreAsync(more, cancellation),
            };
            await await Task.WhenAny(moment, progress.AllAsync(cancellation));
            await server.KillAsync();
            await server.RestartAsync();
        }
    }

    private static async Task AllOrFirstFailureAsync(List<Task> tasks)
    {
        while (tasks.Count > 0)
        {
            var ended = await Task.WhenAny(tasks);
            tasks.Remove(ended);
            await ended;
        }
    }

    /// <summary>How much is acknowledged, and the random marks at which the server dies.</summary>
    private sealed class Progress
    {
        private readonly long _began = TimeProvider.System.GetTimestamp();
        private readonly int[] _marks;
        private readonly TaskCompletionSource[] _reached;
        private readonly Lock _gate = new();
        private int _count;

        public Progress(int total, Random random)
        {
            // All marks but the end lie in the first nine tenths, so that the last kill still hits a server at work.
            _marks =
            [
                .. Enumerable.Range(0, Kills).Select(_ => random.Next(total / 100, total * 9 / 10)).Order(), total,
            ];
            _reached = [.. _marks
                .Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        }

        /// <summary>Batches on their way.</summary>
        public Tally Sent { get; } = new();

        public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_began);

        public void Add(int acknowledged)
        {
            lock (_gate)
            {
                _count += acknowledged;
                for (var i = 0; i < _marks.Length && _marks[i] <= _count; i++)
                    _reached[i].TrySetResult();
            }
        }

        public Task ReachAsync(int mark, CancellationToken cancellation) => _reached[mark].Task.WaitAsync(cancellation);

        /// <summary>Ends once all is acknowledged.</summary>
        public Task AllAsync(CancellationToken cancellation) => ReachAsync(Kills, cancellation);
    }
}
