using System.Collections.Concurrent;

namespace MartechGrains.Journal.Sqlite;

/// <summary>
/// The one thread that writes. Waiting for the disk blocks it for milliseconds at a time, which would starve a pool
/// of as many threads as the machine has cores.
/// </summary>
internal sealed class SqliteCommitThread : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread _thread;

    public SqliteCommitThread()
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = "journal commit" };
        _thread.Start();
    }

    /// <summary>Runs <paramref name="work"/> after what was asked for before.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Loop()
    {
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }
}
