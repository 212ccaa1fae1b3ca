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
        // Behind whatever is ready to run: much of that is about to ask too.
        await Task.Yield();
        while (Take() is { Count: > 0 } part)
            await ReadAsync(part).ConfigureAwait(false);
    }

    private List<Request> Take()
    {
        var part = new List<Request>();
        lock (_lock)
        {
            var keys = 0;
            while (_waiting.TryPeek(out var next) && (keys == 0 || keys + next.Keys.Count <= maxKeys))
            {
                part.Add(_waiting.Dequeue());
                keys += next.Keys.Count;
            }
            if (part.Count == 0)
                _underWay--;
        }
        return part;
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
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            foreach (var request in part)
                request.TrySetException(error);
        }
    }

    private sealed class Request(IReadOnlyCollection<TKey> keys)
        : TaskCompletionSource<Dictionary<TKey, TRow>>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public IReadOnlyCollection<TKey> Keys { get; } = keys;
    }
}
