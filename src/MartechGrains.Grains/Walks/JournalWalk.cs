using System.Runtime.CompilerServices;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Grains.Damage;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Grains.Walks;

/// <summary>
/// Reads journals from the store, row by row and decoded, past the homes: all homes there are, the rows a home wrote
/// itself, or these with the rows of all homes that it has absorbed. Nothing is activated and nothing is written.
/// </summary>
/// <param name="journals">The store.</param>
/// <param name="codecs">Decode rows.</param>
/// <param name="maxRows">At most <see cref="MaxRows"/>.</param>
/// <param name="maxDepth">At most <see cref="MaxDepth"/>.</param>
public sealed class JournalWalk(
    IJournalReads journals, HomeCodecs codecs, int maxRows = JournalWalk.MaxRows, int maxDepth = JournalWalk.MaxDepth)
{
    /// <summary>Most rows that one walk through absorbed homes reads; beyond it it ends by an exception.</summary>
    public const int MaxRows = 1_000_000;

    /// <summary>
    /// Longest chain of homes absorbed within homes that is followed: as long as homes themselves follow.
    /// </summary>
    public const int MaxDepth = HomeMachine.MaxAbsorptions;

    /// <summary>All homes by id, those that have moved included, in pages.</summary>
    /// <param name="pageSize">Most homes of a page.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async IAsyncEnumerable<IReadOnlyList<HomeId>> HomesAsync(
        int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        HomeId? after = null;
        while (await journals.ReadHomesAsync(after, pageSize, cancellationToken) is { Count: > 0 } page)
        {
            yield return page;
            after = page[^1];
        }
    }

    /// <summary>The rows a home wrote itself, to the end of its journal.</summary>
    /// <exception cref="HomeDamagedException">A row is damaged or missing.</exception>
    /// <param name="home">The home.</param>
    /// <param name="beginning">Its first rows, where they have been read already.</param>
    /// <param name="isAll">Whether there are no others.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async IAsyncEnumerable<WalkedRow> OwnAsync(
        HomeId home, IReadOnlyList<JournalRow> beginning, bool isAll,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var codec = codecs.Of(home);
        foreach (var row in beginning) yield return new WalkedRow(row, codec.DecodeNext(row), codec);
        if (isAll) yield break;
        await foreach (var row in journals.ReadWholeAsync(
            home, beginning.Count + 1, int.MaxValue, cancellationToken))
            yield return new WalkedRow(row, codec.DecodeNext(row), codec);
    }

    /// <summary>As <see cref="OwnAsync"/>, for who goes on with the next home where one is damaged.</summary>
    /// <param name="home">The home.</param>
    /// <param name="beginning">Its first rows, where they have been read already.</param>
    /// <param name="isAll">Whether there are no others.</param>
    /// <param name="leaveOut">Is told where the home is read only up to a row that is damaged or missing.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async IAsyncEnumerable<HomeEntry> OwnUpToDamageAsync(
        HomeId home, IReadOnlyList<JournalRow> beginning, bool isAll, Action<HomeDamagedException> leaveOut,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(leaveOut);
        await using var rows = OwnAsync(home, beginning, isAll, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await rows.MoveNextAsync()) yield break;
            }
            catch (HomeDamagedException damage)
            {
                leaveOut(damage);
                yield break;
            }
            yield return rows.Current.Entry;
        }
    }

    /// <summary>
    /// The rows of a home up to one of them; before each <see cref="HomeAbsorbed"/>, those of the home that it absorbed
    /// there, up to the last it had then.
    /// </summary>
    /// <exception cref="HomeDamagedException">A row of one of the homes is damaged or missing.</exception>
    /// <exception cref="JournalTooLongException">
    /// There are more than <see cref="MaxRows"/> rows, or homes absorbed within homes lie deeper than
    /// <see cref="MaxDepth"/>.
    /// </exception>
    public async IAsyncEnumerable<WalkedRow> WithAbsorbedAsync(
        HomeId home, int toSeq, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = new Stack<OpenJournal>();
        var absorbed = new HashSet<HomeId>();
        var rows = 0;
        open.Push(Open(home, toSeq, cancellationToken));
        try
        {
            while (open.TryPeek(out var journal))
            {
                if (journal.TakeWaiting() is { } waiting)
                {
                    yield return waiting;
                }
                else if (!await journal.Rows.MoveNextAsync())
                {
                    await open.Pop().Rows.DisposeAsync();
                    // Of the first, more may be asked for than is on disk; what was absorbed must be there.
                    if (open.Count > 0) journal.RequireEnd();
                }
                else
                {
                    if (++rows > maxRows) throw JournalTooLongException.Of(home, $"more than {maxRows} rows");
                    var walked = journal.Current();
                    if (walked.Entry is not HomeAbsorbed { Loser: var loser, Head: var head } || !absorbed.Add(loser))
                    {
                        yield return walked;
                        continue;
                    }
                    if (open.Count > maxDepth)
                        throw JournalTooLongException.Of(home, $"homes absorbed within homes, deeper than {maxDepth}");
                    journal.Waiting = walked;
                    open.Push(Open(loser, head, cancellationToken));
                }
            }
        }
        finally
        {
            foreach (var journal in open) await journal.Rows.DisposeAsync();
        }
    }

    private OpenJournal Open(HomeId home, int toSeq, CancellationToken cancellationToken) => new(
        journals.ReadWholeAsync(home, 1, toSeq, cancellationToken).GetAsyncEnumerator(cancellationToken),
        codecs.Of(home), toSeq);

    /// <summary>A journal on the way through it.</summary>
    private sealed class OpenJournal(IAsyncEnumerator<JournalRow> rows, HomeCodec codec, int toSeq)
    {
        public IAsyncEnumerator<JournalRow> Rows => rows;

        /// <summary>An absorption whose home is gone through first.</summary>
        public WalkedRow? Waiting { get; set; }

        public WalkedRow Current() => new(rows.Current, codec.DecodeNext(rows.Current), codec);

        public void RequireEnd() => RowDecoding.RequireRows(codec.Home, codec.Seq, toSeq);

        public WalkedRow? TakeWaiting()
        {
            var waiting = Waiting;
            Waiting = null;
            return waiting;
        }
    }
}

/// <summary>A row of a journal.</summary>
/// <param name="Row">The row, at the home that wrote it.</param>
/// <param name="Entry">What it says.</param>
/// <param name="Codec">Opens its payload.</param>
public readonly record struct WalkedRow(JournalRow Row, HomeEntry Entry, HomeCodec Codec);
