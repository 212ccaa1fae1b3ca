using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Reading;

/// <summary>
/// Lets reads of the same kind that come while others are under way share one query. Each begins after it was asked
/// for, so it sees what a query of its own would have seen.
/// </summary>
/// <param name="read">Reads the rows of many keys; those without any are left out.</param>
/// <param name="maxKeys">Most keys of one query, unless one caller asks for more.</param>
internal sealed class ReadBatching<TKey, TRow>(
    Func<IReadOnlyCollection<TKey>, Task<Dictionary<TKey, TRow>>> read, int maxKeys)
    where TKey : notnull
{
    /// <summary>Most queries under way.</summary>
    public const int MaxUnderWay = 2;

    /// <summary>Most reads that wait for their turn; more are refused.</summary>
    public const int MaxWaiting = 100_000;

    private readonly Lock _lock = new();
    private readonly Queue<Request> _waiting = new();
    private int _underWay;

    /// <summary>Reads keys; the result may hold those of others too.</summary>
    /// <exception cref="JournalOverloadedException">Too many reads wait already.</exception>
    public Task<Dictionary<TKey, TRow>> ReadAsync(
        IReadOnlyCollection<TKey> keys, CancellationToken cancellationToken)
    {
        var request = new Request(keys);
        lock (_lock)
        {
            if (_waiting.Count >= MaxWaiting)
                throw new JournalOverloadedException($"{MaxWaiting} reads of the journal wait. Try again later.");
            _waiting.Enqueue(request);
            if (_underWay == MaxUnderWay)
                return request.Task.WaitAsync(cancellationToken);
            _underWay++;
        }
        _ = DrainAsync();
        return request.Task.WaitAsync(cancellationToken);
    }

    private async Task DrainAsync()
    {
        try
        {
            // Behind whatever is ready to run: much of that is about to ask too.
            await Task.Yield();
            while (Take() is { Count: > 0 } part)
                await ReadAsync(part).ConfigureAwait(false);
        }
        finally
        {
            // Where taking failed, for want of memory, somebody may still wait.
            if (!TryLeave())
                _ = DrainAsync();
        }
    }

    private List<Request> Take()
    {
        lock (_lock)
        {
            var (count, keys) = (0, 0);
            foreach (var next in _waiting)
            {
                if (count > 0 && keys + next.Keys.Count > maxKeys)
                    break;
                keys += next.Keys.Count;
                count++;
            }
            // Taken out once there is room for them: nothing that can fail stands between.
            var part = new List<Request>(count);
            for (; count > 0; count--)
                part.Add(_waiting.Dequeue());
            return part;
        }
    }

    private async Task ReadAsync(List<Request> part)
    {
        try
        {
            var found = await read(part.Count == 1 ? part[0].Keys : [.. part.SelectMany(request => request.Keys)])
                .ConfigureAwait(false);
            foreach (var request in part)
                request.TrySetResult(found);
        }
        catch (StoreUnavailableException error) when (error.IsDamage && part.Count > 1)
        {
            // What is damaged is one's or another's: each reads by itself, and only who meets it fails.
            foreach (var request in part)
                await ReadAsync([request]).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            foreach (var request in part)
                request.TrySetException(error);
        }
    }

    /// <summary>Gives the place up, unless somebody waits who would find it taken.</summary>
    private bool TryLeave()
    {
        lock (_lock)
        {
            if (_waiting.Count > 0)
                return false;
            _underWay--;
            return true;
        }
    }

    private sealed class Request(IReadOnlyCollection<TKey> keys)
        : TaskCompletionSource<Dictionary<TKey, TRow>>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public IReadOnlyCollection<TKey> Keys { get; } = keys;
    }
}
