using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Stores;

/// <summary>
/// What a batch comes to: which appends have their place, and what remains of joins, moves and due times where
/// several appends of one home touch the same.
/// </summary>
internal sealed class BatchPlan
{
    private readonly IReadOnlyList<StoreWrite> _batch;

    public BatchPlan(IReadOnlyList<StoreWrite> batch)
    {
        _batch = batch;
        FirstSeqs = new Dictionary<HomeId, int>(batch.Count);
        foreach (var write in batch)
        {
            if (write is AppendWrite append)
                FirstSeqs.TryAdd(append.Rows[0].Home, append.Rows[0].Seq);
        }
        Heads = new Dictionary<HomeId, int>(FirstSeqs.Count);
    }

    /// <summary>The homes that the batch appends to, with the seq at which it begins.</summary>
    public Dictionary<HomeId, int> FirstSeqs { get; }

    /// <summary>The appends that have their place, by home and seq.</summary>
    public List<AppendWrite> Appends { get; } = [];

    /// <summary>Joins left open (true) or closed (false).</summary>
    public Dictionary<JoinKey, bool> Joins { get; } = [];

    /// <summary>Homes left moving (true) or not (false).</summary>
    public Dictionary<HomeId, bool> Moving { get; } = [];

    /// <summary>Due times left; <see cref="AppendWrite.NoDue"/> where cleared.</summary>
    public Dictionary<HomeId, IngestTime> Due { get; } = [];

    /// <summary>Events that the appends put into quarantine.</summary>
    public List<QuarantineRow> Quarantined { get; } = [];

    /// <summary>The heads of <see cref="FirstSeqs"/>, before the batch, and once it is admitted after it.</summary>
    public Dictionary<HomeId, int> Heads { get; }

    /// <summary>Decides which appends have their place.</summary>
    /// <param name="outcomes">Outcomes of appends are set.</param>
    public void Admit(WriteOutcome[] outcomes)
    {
        HashSet<HomeId>? fenced = null;
        for (var i = 0; i < _batch.Count; i++)
        {
            if (_batch[i] is not AppendWrite append)
                continue;
            var home = append.Rows[0].Home;
            if (Heads[home] != append.Rows[0].Seq - 1 || fenced?.Contains(home) == true)
            {
                (fenced ??= []).Add(home);
                outcomes[i] = new WriteOutcome(WriteStatus.Fenced);
                continue;
            }
            Heads[home] = append.Rows[^1].Seq;
            outcomes[i] = new WriteOutcome(WriteStatus.Committed);
            Take(append, home);
        }
        // One order of homes for all processes: two that collide wait for each other, and do not deadlock.
        Appends.Sort(static (a, b) =>
        {
            var byHome = a.Rows[0].Home.CompareTo(b.Rows[0].Home);
            return byHome != 0 ? byHome : a.Rows[0].Seq.CompareTo(b.Rows[0].Seq);
        });
    }

    private void Take(AppendWrite append, HomeId home)
    {
        Appends.Add(append);
        foreach (var id in append.OpenedJoins)
            Joins[new JoinKey(home, id)] = true;
        foreach (var id in append.ClosedJoins)
            Joins[new JoinKey(home, id)] = false;
        Quarantined.AddRange(append.Quarantined);
        if (append.Moving is { } moving)
            Moving[home] = moving;
        if (append.DueAt is { } dueAt)
            Due[home] = dueAt;
    }
}

/// <summary>An open join, compared by content.</summary>
/// <param name="Home">Its home.</param>
/// <param name="Id">Its opaque id.</param>
internal readonly record struct JoinKey(HomeId Home, ReadOnlyMemory<byte> Id)
{
    public bool Equals(JoinKey other) => Home == other.Home && Id.Span.SequenceEqual(other.Id.Span);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Home);
        hash.AddBytes(Id.Span);
        return hash.ToHashCode();
    }
}
