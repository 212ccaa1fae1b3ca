namespace MartechGrains.Testing;

/// <summary>Counts what happens, so that a test can wait until it has happened so many times.</summary>
public sealed class Tally
{
    private readonly Lock _gate = new();
    private readonly List<(long At, TaskCompletionSource Reached)> _waiting = [];
    private long _count;

    /// <summary>It has happened once more.</summary>
    public void Add()
    {
        lock (_gate)
        {
            _count++;
            foreach (var (_, reached) in _waiting.Where(waiting => waiting.At <= _count)) reached.SetResult();
            _waiting.RemoveAll(waiting => waiting.At <= _count);
        }
    }

    /// <summary>Ends once it has happened so many times in all.</summary>
    /// <param name="times">How many times.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task ReachAsync(long times, CancellationToken cancellation = default)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_count >= times) return Task.CompletedTask;
            _waiting.Add((times, reached));
        }

        return reached.Task.WaitAsync(cancellation);
    }

    /// <summary>Ends once it has happened so many times more from now on.</summary>
    /// <param name="times">How many times.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task MoreAsync(int times, CancellationToken cancellation = default)
    {
        lock (_gate) return ReachAsync(_count + times, cancellation);
    }
}
