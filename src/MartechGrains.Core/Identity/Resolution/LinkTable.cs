using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Identity.Resolution;

/// <summary>
/// The evidence of one resolution with identifiers as numbers, in their ordinal order, so that nothing downstream can
/// depend on arrival. Blocked identifiers and sets over a limit are already out.
/// </summary>
internal sealed class LinkTable
{
    /// <summary>Stands for the first event time of an identifier without events.</summary>
    public static EventTime NoTime => EventTime.MaxValue;

    private const int Blocked = -1;
    private readonly Dictionary<Identifier, int> _indexes;
    private readonly List<NumberedSet> _sets = [];
    private Dictionary<long, LinkTimes>? _links;
    private IdentifierDigest?[]? _digests;

    private LinkTable(IdentityPolicy policy, Dictionary<Identifier, int> indexes, ImmutableArray<EvidenceSet> rejected)
    {
        Policy = policy;
        Rejected = rejected;
        _indexes = indexes;
        var identifiers = new Identifier[indexes.Count];
        var next = 0;
        foreach (var (identifier, index) in indexes)
        {
            if (index != Blocked)
                identifiers[next++] = identifier;
        }

        Array.Resize(ref identifiers, next);
        Array.Sort(identifiers);
        Identifiers = identifiers;
        Namespaces = new int[next];
        Earliest = new EventTime[next];
        Array.Fill(Earliest, NoTime);
        for (var i = 0; i < next; i++)
        {
            indexes[Identifiers[i]] = i;
            Namespaces[i] = policy.IndexOf(Identifiers[i].Namespace);
        }
    }

    public IdentityPolicy Policy { get; }

    public Identifier[] Identifiers { get; }

    /// <summary>Per identifier, the position of its namespace in the policy.</summary>
    public int[] Namespaces { get; }

    /// <summary>Per identifier, its earliest event time; <see cref="NoTime"/> where only a decision names it.</summary>
    public EventTime[] Earliest { get; }

    public ImmutableArray<EvidenceSet> Rejected { get; }

    /// <summary>What links, blocked identifiers left out.</summary>
    public IReadOnlyList<NumberedSet> Sets => _sets;

    /// <summary>
    /// Links by <see cref="PairKey"/>: as many as all sets have pairs, and made only where somebody asks for all.
    /// </summary>
    public IReadOnlyDictionary<long, LinkTimes> Links => _links ??= Pair();

    public static LinkTable Build(
        IReadOnlyList<EvidenceSet> evidence, IdentityDecisions decisions, IdentityPolicy policy)
    {
        var indexes = new Dictionary<Identifier, int>();
        var accepted = new List<EvidenceSet>(evidence.Count);
        var rejected = new List<EvidenceSet>();
        foreach (var set in evidence)
        {
            if (policy.ExceedsLimit(set.Identifiers.AsSpan()))
            {
                rejected.Add(set);
                continue;
            }

            accepted.Add(set);
            foreach (var identifier in set.Identifiers)
                Register(identifier, indexes, decisions, policy);
        }

        foreach (var decision in decisions.MustLinks)
        {
            Register(decision.Pair.First, indexes, decisions, policy);
            Register(decision.Pair.Second, indexes, decisions, policy);
        }

        var table = new LinkTable(policy, indexes, MergeEqualSets(rejected));
        foreach (var set in accepted)
            table.Add(set);
        return table;
    }

    public static long PairKey(int first, int second) =>
        first < second ? ((long)first << 32) | (uint)second : ((long)second << 32) | (uint)first;

    public static (int First, int Second) Ends(long pair) => ((int)(pair >> 32), (int)pair);

    /// <summary>The number of a linkable or generic identifier; false for blocked and unknown ones.</summary>
    public bool TryFind(Identifier identifier, out int index) =>
        _indexes.TryGetValue(identifier, out index) && index != Blocked;

    public NamespacePolicy PolicyOf(int index) => Policy.Namespaces[Namespaces[index]];

    /// <summary>Most resolutions have no tie: nothing is hashed, nor room made for it, before one is met.</summary>
    public IdentifierDigest DigestOf(int index)
    {
        _digests ??= new IdentifierDigest?[Identifiers.Length];
        return _digests[index] ??= IdentifierDigest.Of(Identifiers[index]);
    }

    /// <summary>By priority, then SHA-256: the first owns what both carried.</summary>
    public int CompareRank(int one, int other)
    {
        var byPriority = PolicyOf(one).Priority.CompareTo(PolicyOf(other).Priority);
        return byPriority != 0 || one == other ? byPriority : DigestOf(one).CompareTo(DigestOf(other));
    }

    /// <summary>The end of a pair that ranks lower, and so is the one that may change hands.</summary>
    public int LowerRank(int one, int other) => CompareRank(one, other) > 0 ? one : other;

    public IdentifierPair PairOf(int one, int other) => new(Identifiers[one], Identifiers[other]);

    private static void Register(
        Identifier identifier, Dictionary<Identifier, int> indexes, IdentityDecisions decisions, IdentityPolicy policy)
    {
        if (!indexes.ContainsKey(identifier))
            indexes.Add(identifier, decisions.IsBlocked(identifier, policy) ? Blocked : 0);
    }

    private void Add(EvidenceSet set)
    {
        var times = new LinkTimes(set.OldestEventTime, set.NewestEventTime);
        var numbers = new List<int>(set.Identifiers.Length);
        foreach (var identifier in set.Identifiers)
        {
            var number = _indexes[identifier];
            if (number == Blocked)
                continue;
            Earliest[number] = EventTime.Min(Earliest[number], times.Oldest);
            numbers.Add(number);
        }

        numbers.Sort();
        _sets.Add(new NumberedSet([.. numbers.Distinct()], times));
    }

    private Dictionary<long, LinkTimes> Pair()
    {
        var links = new Dictionary<long, LinkTimes>(PairComparer.Instance);
        foreach (var (numbers, times) in _sets)
        {
            for (var i = 0; i < numbers.Length; i++)
                for (var j = i + 1; j < numbers.Length; j++)
                    Widen(links, PairKey(numbers[i], numbers[j]), times);
        }

        return links;
    }

    /// <summary>Lets a pair have been linked at these times too.</summary>
    public static void Widen(Dictionary<long, LinkTimes> links, long pair, LinkTimes added)
    {
        ref var times = ref CollectionsMarshal.GetValueRefOrAddDefault(links, pair, out var known);
        times = known
            ? new LinkTimes(EventTime.Min(times.Oldest, added.Oldest), EventTime.Max(times.Newest, added.Newest))
            : added;
    }

    private static ImmutableArray<EvidenceSet> MergeEqualSets(List<EvidenceSet> sets)
    {
        if (sets.Count == 0)
            return [];
        sets.Sort((one, other) => CompareSets(one.Identifiers, other.Identifiers));
        var merged = ImmutableArray.CreateBuilder<EvidenceSet>();
        foreach (var set in sets)
        {
            if (merged.Count > 0 && CompareSets(merged[^1].Identifiers, set.Identifiers) == 0)
            {
                merged[^1] = new EvidenceSet(
                    set.Identifiers,
                    EventTime.Min(merged[^1].OldestEventTime, set.OldestEventTime),
                    EventTime.Max(merged[^1].NewestEventTime, set.NewestEventTime));
            }
            else
            {
                merged.Add(set);
            }
        }

        return merged.ToImmutable();
    }

    private static int CompareSets(ImmutableArray<Identifier> one, ImmutableArray<Identifier> other) =>
        one.AsSpan().SequenceCompareTo(other.AsSpan());
}
