using MartechGrains.Core.Identity;
using MartechGrains.Grains.Walks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Grains.Verification;

/// <summary>
/// Goes through all that a store holds of homes, page by page, and names what is damaged or missing. Reads the store
/// only, beside whatever is written meanwhile: what looks wrong is looked at again before it is told.
/// </summary>
public sealed class JournalVerifier(
    IJournalReads journals, IVerificationReads all, ICurationReads decisions, JournalWalk walk, HomeVerifier homes,
    PointerCodec pointerCodec, DecisionCodec decisionCodec) : IDisposable
{
    /// <summary>Homes, pointers, batches or decisions of one page, after each of which progress is told.</summary>
    public const int PageSize = 256;

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Verifies all.</summary>
    /// <param name="tell">Is told after each page of what was found in it and how far it has come.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="VerificationUnderWayException">Another is under way: one at a time reads all.</exception>
    public async Task VerifyAsync(
        Func<IReadOnlyList<Finding>, VerificationProgress, Task> tell, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tell);
        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken)) throw new VerificationUnderWayException();
        try
        {
            var run = new VerificationRun(journals, tell);
            await VerifyHomesAsync(run, cancellationToken);
            await VerifyPointersAsync(run, cancellationToken);
            await VerifyUnfinishedAsync(run, cancellationToken);
            await VerifyHeadsAsync(run, cancellationToken);
            await VerifyDecisionsAsync(run, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task VerifyHomesAsync(VerificationRun run, CancellationToken cancellationToken)
    {
        await foreach (var page in walk.HomesAsync(PageSize, cancellationToken))
        {
            foreach (var home in page) await homes.VerifyAsync(home, run, cancellationToken);
            await run.TellAsync();
        }
    }

    /// <summary>All pointers: whether they can be read, and lead to homes that are there.</summary>
    private async Task VerifyPointersAsync(VerificationRun run, CancellationToken cancellationToken)
    {
        IdentifierKey? after = null;
        while (await all.ReadAllPointersAsync(after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1].Identifier;
            await run.LearnAsync(page.Select(static pointer => pointer.Home), cancellationToken);
            foreach (var pointer in page)
            {
                run.Pointers++;
                if (await LeadsNowhereAsync(pointer, run, cancellationToken))
                    run.Add(new Finding(
                        FindingKind.PointerWithoutHome, pointer.Home, Identifier: pointer.Identifier));
            }
            await run.TellAsync();
        }
    }

    private async ValueTask<bool> LeadsNowhereAsync(
        PointerRow pointer, VerificationRun run, CancellationToken cancellationToken)
    {
        try
        {
            // A decision may have come before any event: then it waits for the home that the value would found.
            if (!pointerCodec.Decode(pointer).Decisions.IsEmpty && pointer.Home.Founder == pointer.Identifier)
                return false;
        }
        catch (EntryFormatException)
        {
            run.Add(new Finding(FindingKind.PointerDamaged, Identifier: pointer.Identifier));
        }
        return !await run.HasRowAsync(pointer.Home, 1, cancellationToken);
    }

    /// <summary>Homes that something is left to do for are there.</summary>
    private async Task VerifyUnfinishedAsync(VerificationRun run, CancellationToken cancellationToken)
    {
        HomeId? after = null;
        while (await journals.ReadUnfinishedHomesAsync(after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1];
            foreach (var home in page) await RequireAsync(new HomeHead(home, 1), run, cancellationToken);
            await run.TellAsync();
        }
    }

    /// <summary>What was committed is there still.</summary>
    private async Task VerifyHeadsAsync(VerificationRun run, CancellationToken cancellationToken)
    {
        var after = 0L;
        while (await all.ReadBatchHeadsAsync(after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            after = page[^1].Batch;
            run.Batches += page.Count;
            var newest = new Dictionary<HomeId, int>();
            foreach (var (home, seq) in page.SelectMany(static batch => batch.Heads))
                newest[home] = Math.Max(seq, newest.GetValueOrDefault(home));
            await run.LearnAsync(newest.Keys, cancellationToken);
            foreach (var (home, seq) in newest) await RequireAsync(new HomeHead(home, seq), run, cancellationToken);
            await run.TellAsync();
        }
    }

    private static async ValueTask RequireAsync(
        HomeHead known, VerificationRun run, CancellationToken cancellationToken)
    {
        if (await run.HasRowAsync(known.Home, known.Seq, cancellationToken)) return;
        run.AddLost(known.Home, await run.HeadAsync(known.Home, cancellationToken));
    }

    private async Task VerifyDecisionsAsync(VerificationRun run, CancellationToken cancellationToken)
    {
        DecisionCursor? after = null;
        while (await decisions.ReadDecisionsAsync(after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            after = DecisionCursor.After(page[^1]);
            foreach (var row in page)
            {
                run.Decisions++;
                try
                {
                    decisionCodec.Decode(row);
                }
                catch (EntryFormatException)
                {
                    run.Add(new Finding(FindingKind.DecisionDamaged, Decision: row.Id));
                }
            }
            await run.TellAsync();
        }
    }
}

/// <summary>Another verification is under way on this silo: one is at a time.</summary>
public sealed class VerificationUnderWayException() : Exception("Another verification is under way.");
