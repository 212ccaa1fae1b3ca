using MartechGrains.Core.Identity;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Grains.Verification;

/// <summary>One verification: what it has found, and what it remembers of homes. Not for several threads.</summary>
internal sealed class VerificationRun(
    IJournalReads journals, Func<IReadOnlyList<Finding>, VerificationProgress, Task> tell)
{
    /// <summary>Most homes remembered, of each kind; then they are looked up again.</summary>
    public const int MaxRemembered = 262_144;

    /// <summary>Homes that are looked up together.</summary>
    private const int HomesAtATime = 256;

    private readonly List<Finding> _found = [];
    private readonly HashSet<HomeId> _isDamaged = [];
    private readonly Dictionary<HomeId, int> _heads = [];
    private readonly Dictionary<HomeId, HomeId> _moves = [];
    private long _findings;

    public long Homes { get; set; }

    public long Rows { get; set; }

    public long Pointers { get; set; }

    public long Batches { get; set; }

    public long Decisions { get; set; }

    /// <summary>Notes what is wrong; of the rows of a home, what is met first.</summary>
    public void Add(Finding finding)
    {
        if (finding.Home is { } home && IsOfRows(finding.Kind))
        {
            if (_isDamaged.Count == MaxRemembered) _isDamaged.Clear();
            if (!_isDamaged.Add(home)) return;
        }
        _found.Add(finding);
        _findings++;
    }

    /// <summary>Notes that a home has rows up to its head only, where more are known to have been.</summary>
    public void AddLost(HomeId home, int head) => Add(head == 0
        ? new Finding(FindingKind.HomeLost, home)
        : new Finding(FindingKind.LastRowsLost, home, head + 1));

    /// <summary>Tells what was found since, and how far it has come.</summary>
    public async Task TellAsync()
    {
        await tell([.. _found], new VerificationProgress(Homes, Rows, Pointers, Batches, Decisions, _findings));
        _found.Clear();
    }

    /// <summary>
    /// Looks homes up that others name. A home without its first row is not among those that are walked through.
    /// </summary>
    public async Task LearnAsync(IEnumerable<HomeId> homes, CancellationToken cancellationToken)
    {
        foreach (var some in homes.Where(home => !_heads.ContainsKey(home)).Distinct().Chunk(HomesAtATime))
        {
            var first = await FirstRowsAsync(some, cancellationToken);
            foreach (var home in some)
            {
                if (first.Contains(home)) Remember(home, 1);
                else if (await HeadAsync(home, cancellationToken) > 0)
                    Add(new Finding(FindingKind.RowDamaged, home, 1));
            }
        }
    }

    /// <summary>Whether a home has a row, and so, unless its rows are damaged, all before it.</summary>
    public async ValueTask<bool> HasRowAsync(HomeId home, int seq, CancellationToken cancellationToken) =>
        (_heads.TryGetValue(home, out var head) && head >= seq) || await HeadAsync(home, cancellationToken) >= seq;

    /// <summary>
    /// The last row of a home now; 0 where it has none, and beyond all where the store cannot tell, which is told as
    /// damage. Journals only grow, so it is remembered.
    /// </summary>
    public async ValueTask<int> HeadAsync(HomeId home, CancellationToken cancellationToken)
    {
        try
        {
            return Remember(home, await journals.ReadHeadAsync(home, cancellationToken));
        }
        catch (StoreUnavailableException error) when (error.IsDamage)
        {
            Add(new Finding(FindingKind.RowDamaged, home, 1));
            return Remember(home, int.MaxValue);
        }
    }

    /// <summary>The home that has the evidence of another by now, or is about to; it may be the other itself.</summary>
    public async ValueTask<HomeId> FollowAsync(HomeId home, CancellationToken cancellationToken)
    {
        // Homes move to smaller ids only, so this ends.
        while (true)
        {
            if (!_moves.TryGetValue(home, out var next))
            {
                var head = await journals.ReadHeadAsync(home, cancellationToken);
                HomeId? target = null;
                await foreach (var row in journals.ReadHomeAsync(home, head, head, cancellationToken))
                    target = TargetOf(row);
                if (target is not { } found || found >= home) return home;
                if (_moves.Count == MaxRemembered) _moves.Clear();
                _moves[home] = next = found;
            }
            home = next;
        }
    }

    /// <summary>Remembers a row that a home has, at least.</summary>
    private int Remember(HomeId home, int seq)
    {
        if (_heads.Count == MaxRemembered) _heads.Clear();
        return _heads[home] = seq;
    }

    private static bool IsOfRows(FindingKind kind) => kind is FindingKind.RowDamaged or FindingKind.LastRowsLost
        or FindingKind.HomeLost or FindingKind.MoveLost;

    /// <summary>Those of the homes that have a first row that can be read.</summary>
    private async Task<HashSet<HomeId>> FirstRowsAsync(HomeId[] homes, CancellationToken cancellationToken)
    {
        try
        {
            return [.. (await journals.ReadBeginningsAsync(homes, 1, cancellationToken)).Keys];
        }
        catch (StoreUnavailableException error) when (error.IsDamage)
        {
            if (homes.Length == 1) return [];
        }
        var found = new HashSet<HomeId>();
        foreach (var home in homes) found.UnionWith(await FirstRowsAsync([home], cancellationToken));
        return found;
    }

    private static HomeId? TargetOf(in JournalRow row)
    {
        try
        {
            return MoveReading.TargetOf(row);
        }
        catch (EntryFormatException)
        {
            // It is told of with its home.
            return null;
        }
    }
}
