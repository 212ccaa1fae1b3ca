using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Journal.Clocks;

/// <summary>
/// Keeps events from a node whose clock is off: they would be quarantined, or written with a time, that is wrong. It
/// compares the clock with the store's when told to, and in between with what has passed since by a clock that does not
/// jump, so that a jump is noticed by the next event. Safe for use by several threads.
/// </summary>
/// <param name="store">What knows the time.</param>
/// <param name="maxOffset">How far off the clock may be; <see cref="DefaultMaxOffset"/> unless told otherwise.</param>
/// <param name="time">The node's clock.</param>
public sealed class ClockGate(IStoreClock store, TimeSpan maxOffset, TimeProvider time)
{
    /// <summary>How far off the clock may be.</summary>
    public static readonly TimeSpan DefaultMaxOffset = TimeSpan.FromSeconds(30);

    /// <summary>Time between two comparisons with the store.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private volatile Reading? _reading;
    private volatile string? _refusal;

    /// <summary>Tells of the beginning and of the end of each time in which it refuses.</summary>
    public event EventHandler<ClockChangedEventArgs>? Changed;

    /// <summary>Why events are refused now, without personal data; null where they are not.</summary>
    public string? Refusal
    {
        get
        {
            Judge();
            return _refusal;
        }
    }

    /// <summary>Compares with the store. Where that cannot be reached, what was known before holds.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be reached.</exception>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var asked = time.GetTimestamp();
        var read = await store.ReadClockAsync(cancellationToken).ConfigureAwait(false);
        var answered = time.GetTimestamp();
        _reading = new Reading(
            read.Now, time.GetElapsedTime(asked, answered),
            read.Newest is { } newest ? TimeReading.Of(newest) : null, answered);
        ClockMetrics.Offset.Record(Judge().Offset.TotalSeconds);
    }

    /// <summary>To be called before events are taken.</summary>
    /// <exception cref="ClockOffException">The clock is off.</exception>
    public void RefuseWhileOff()
    {
        if (Refusal is not { } reason) return;
        ClockMetrics.Refused.Add(1);
        throw new ClockOffException(reason);
    }

    private ClockComparison Judge()
    {
        if (_reading is not { } reading) return default;
        var found = reading.Compare(IngestTime.Of(time.GetUtcNow()), time.GetElapsedTime(reading.Timestamp));
        var isOff = found.IsOff(maxOffset);
        if (isOff == (_refusal is not null)) return found;
        string? refusal = null;
        lock (_lock)
        {
            // Somebody else may have noticed it too.
            if (isOff == (_refusal is not null)) return found;
            if (isOff) refusal = reading.Describe(found);
            _refusal = refusal;
        }
        Changed?.Invoke(this, new ClockChangedEventArgs(refusal));
        return found;
    }

    /// <summary>What the store said, and when by the clock that does not jump.</summary>
    private sealed record Reading(IngestTime? Store, TimeSpan RoundTrip, IngestTime? Newest, long Timestamp)
    {
        public ClockComparison Compare(IngestTime node, TimeSpan since) => (Store, Newest) switch
        {
            ({ } store, _) => ClockComparison.WithClock(
                node, new IngestTime(store.Milliseconds + (long)since.TotalMilliseconds), RoundTrip),
            (_, { } newest) => ClockComparison.WithNewestEntry(node, newest),
            _ => default,
        };

        public string Describe(ClockComparison found)
        {
            var seconds = FormattableString.Invariant($"{found.Offset.Duration().TotalSeconds:0.0} s");
            if (Store is null) return $"This machine's clock is {seconds} before the newest entry of the store.";
            return $"This machine's clock is {seconds} {(found.Offset > TimeSpan.Zero ? "ahead of" : "behind")} "
                + "the store's.";
        }
    }
}

/// <summary>A node's clock was found off, or right again.</summary>
/// <param name="refusal">What is wrong; null where nothing is any more.</param>
public sealed class ClockChangedEventArgs(string? refusal) : EventArgs
{
    /// <summary>What is wrong, without personal data; null where nothing is any more.</summary>
    public string? Refusal => refusal;
}
