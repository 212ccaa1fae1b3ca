using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Core.Time;
using MartechGrains.Grains.Damage;
using MartechGrains.Grains.Walks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Entries;

namespace MartechGrains.Grains.Adoption;

/// <summary>How far reading all evidence has come.</summary>
/// <param name="Pass">1, or 2 where retractions or displaced events make a second pass over all homes.</param>
/// <param name="Homes">Homes read in this pass, those that have moved included.</param>
/// <param name="Events">Events read in this pass.</param>
/// <param name="Sets">Evidence sets they make.</param>
/// <param name="Fraction">About how much of the pass is done, 0 to 1: home ids are spread evenly.</param>
/// <param name="Damaged">Those of the homes that are damaged, and left out from the damage on.</param>
public sealed record EvidenceProgress(
    int Pass, long Homes, long Events, int Sets, double Fraction, long Damaged = 0);

/// <summary>All evidence of a deployment.</summary>
/// <param name="Evidence">What links.</param>
/// <param name="Retracted">What links no more, but counts as neighbours.</param>
/// <param name="Decisions">The decisions in force.</param>
/// <param name="Read">What was read for it.</param>
public sealed record AllEvidence(
    IReadOnlyList<EvidenceSet> Evidence, IReadOnlyList<EvidenceSet> Retracted, IdentityDecisions Decisions,
    EvidenceProgress Read);

/// <summary>
/// Reads the evidence of all homes from the store: no home is activated and nothing is written. Each home's own rows
/// are read, and not those it has absorbed, which are read with the home that wrote them; so all count once. What is
/// written meanwhile may be in it or not.
/// </summary>
/// <remarks>
/// Of two events with one id and other identifiers that two homes took, both are in it while the homes have not united,
/// and one of them afterwards (rule H34).
/// </remarks>
public sealed class EvidenceReader(
    IJournalReads journals, ICurationReads decisions, DecisionCodec decisionCodec, JournalWalk walk,
    DamagedHomes damaged)
{
    /// <summary>
    /// Most evidence sets, and most decisions, that are held; beyond it reading is refused. So many sets, with two or
    /// three identifiers each, took 1 GB when compared under two policies, and 2.4 GB meanwhile.
    /// </summary>
    public const int MaxSets = 1_000_000;

    /// <summary>Homes whose first rows are read at a time, and homes between two words of progress.</summary>
    public const int PageSize = 256;

    /// <summary>First rows that are read together with those of other homes.</summary>
    private const int FirstRows = 16;

    private const int DecisionPage = 1000;

    /// <summary>Reads.</summary>
    /// <param name="maxSets">At most <see cref="MaxSets"/>.</param>
    /// <param name="progress">Is told now and then.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="TooMuchEvidenceException">There are more sets, or more decisions.</exception>
    public async Task<AllEvidence> ReadAsync(
        int maxSets, Func<EvidenceProgress, Task> progress, CancellationToken cancellationToken)
    {
        var pass = new Pass(journals, walk, damaged, new DecisionLedger(), [], 1, maxSets, progress);
        await pass.RunAsync(cancellationToken);
        // A retraction may stand in another home than its event, and have been read after it; so may what displaced it.
        if (pass.Settled.Count > 0
            || pass.Decisions.All.Any(static one => one is { Kind: DecisionKind.Retraction, Undone: null }))
        {
            pass = new Pass(journals, walk, damaged, pass.Decisions, pass.Settled, 2, maxSets, progress);
            await pass.RunAsync(cancellationToken);
        }

        damaged.TellLeftOut("A dry run of an identity policy", pass.Damaged);
        var links = pass.Decisions.InForce;
        var linkable = await ReadLinkableAsync(maxSets - pass.Held, maxSets, cancellationToken);
        return new AllEvidence(
            pass.Gathering.Evidence, pass.Gathering.Retracted,
            new IdentityDecisions(links.MustLinks, links.CannotLinks, linkable), pass.Progress(1));
    }

    /// <summary>Values keep these decisions themselves; they are listed with all others.</summary>
    private async Task<List<LinkableValue>> ReadLinkableAsync(
        int room, int maxSets, CancellationToken cancellationToken)
    {
        var linkable = new List<LinkableValue>();
        DecisionCursor? after = null;
        while (true)
        {
            var page = await decisions.ReadDecisionsAsync(after, DecisionPage, cancellationToken);
            foreach (var row in page)
            {
                after = DecisionCursor.After(row);
                var decision = decisionCodec.Decode(row);
                if (decision is not { Kind: OperatorDecisionKind.LinkableValue, Undone: null }) continue;
                if (linkable.Count == room) throw TooMuchEvidenceException.Of(maxSets);
                linkable.Add(new LinkableValue(decision.Id.ToString(), decision.Identifiers[0], decision.Made.At));
            }
            if (page.Count < DecisionPage) return linkable;
        }
    }

    /// <summary>One pass over all homes.</summary>
    private sealed class Pass(
        IJournalReads journals, JournalWalk walk, DamagedHomes damaged, DecisionLedger decisions,
        Dictionary<EventHash, SettledBody> settled, int number, int maxSets,
        Func<EvidenceProgress, Task> progress)
    {
        private long _homes;
        private long _events;
        private int _decisions;

        public DecisionLedger Decisions { get; } = decisions;

        /// <summary>Which body stands of events that came with several, and when that was settled last.</summary>
        public Dictionary<EventHash, SettledBody> Settled { get; } = settled;

        /// <summary>Decisions held.</summary>
        public int Held => Decisions.All.Count;

        /// <summary>Homes that are damaged.</summary>
        public long Damaged { get; private set; }

        public EvidenceGathering Gathering { get; } = new();

        public EvidenceProgress Progress(double fraction) =>
            new(number, _homes, _events, Gathering.Sets, fraction, Damaged);

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            await foreach (var page in walk.HomesAsync(PageSize, cancellationToken))
            {
                var beginnings = await ReadBeginningsAsync(page, cancellationToken);
                foreach (var home in page) await ReadHomeAsync(home, beginnings?[home], cancellationToken);
                await progress(Progress(HomeOrder.FractionUpTo(page[^1])));
            }
        }

        /// <summary>The first rows of homes; null where one of them has them in a damaged place.</summary>
        private async Task<Dictionary<HomeId, List<JournalRow>>?> ReadBeginningsAsync(
            IReadOnlyList<HomeId> page, CancellationToken cancellationToken)
        {
            try
            {
                return await journals.ReadBeginningsAsync(page, FirstRows, cancellationToken);
            }
            catch (StoreUnavailableException error) when (error.IsDamage)
            {
                return null;
            }
        }

        private async Task ReadHomeAsync(HomeId home, List<JournalRow>? first, CancellationToken cancellationToken)
        {
            await foreach (var entry in walk.OwnUpToDamageAsync(
                home, first ?? [], first?.Count < FirstRows, LeaveOut, cancellationToken))
                Take(home, entry);
            _homes++;
        }

        private void LeaveOut(HomeDamagedException damage)
        {
            damaged.Note(damage);
            Damaged++;
        }

        private void Take(HomeId home, HomeEntry entry)
        {
            if (entry is DecisionTaken taken && Decisions.Fold(taken.Decision) && ++_decisions > maxSets)
                throw TooMuchEvidenceException.Of(maxSets);
            if (number == 1 && entry is HomeAbsorbed absorbed) Note(home, absorbed);
            if (entry is not EventApplied { Event: var applied }) return;
            _events++;
            var isDisplaced = Settled.TryGetValue(applied.Hash, out var last) && last.Standing != applied.ContentHash;
            if (isDisplaced || Decisions.IsRetracted(applied.Hash)) Gathering.AddRetracted(applied.Identifiers);
            else Gathering.Add(applied.Identifiers, applied.EventTime);
            if (Gathering.Sets > maxSets) throw TooMuchEvidenceException.Of(maxSets);
        }

        /// <summary>
        /// The newest word stands; of two at once that of the smaller home, which is read first and into which the
        /// other has moved, and within a home the later.
        /// </summary>
        private void Note(HomeId home, HomeAbsorbed absorbed)
        {
            foreach (var (hash, standing, _) in absorbed.Settled)
            {
                if (Settled.TryGetValue(hash, out var last)
                    && (absorbed.At < last.At || (absorbed.At == last.At && home != last.By))) continue;
                Settled[hash] = new SettledBody(absorbed.At, home, standing);
                if (Settled.Count > maxSets) throw TooMuchEvidenceException.Of(maxSets);
            }
        }
    }
}

/// <summary>Which body of an event stands, and which home settled that last, when.</summary>
internal readonly record struct SettledBody(IngestTime At, HomeId By, ulong Standing);

/// <summary>There is more evidence than can be held in memory at once.</summary>
public sealed class TooMuchEvidenceException : Exception
{
    /// <summary>Names the limit.</summary>
    private TooMuchEvidenceException(int maxSets)
        : base($"There are more than {maxSets} sets of identifiers, or decisions.") => MaxSets = maxSets;

    /// <summary>The limit.</summary>
    public int MaxSets { get; }

    internal static TooMuchEvidenceException Of(int maxSets)
    {
        WalkMetrics.EvidenceRefused.Add(1);
        return new TooMuchEvidenceException(maxSets);
    }
}
