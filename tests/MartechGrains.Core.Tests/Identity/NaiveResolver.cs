using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Tests.Identity;

/// <summary>
/// The rule once more, as simply as it can be said: everything is a list that is scanned. Shares no code with
/// <see cref="Resolver"/> but the policy's own statements about one namespace or value.
/// </summary>
internal sealed class NaiveResolver
{
    private readonly EvidenceWorld _world;
    private readonly List<EvidenceSet> _accepted;
    private readonly List<Identifier> _known;
    private readonly HashSet<Identifier> _unconfirmed;
    private readonly List<List<Identifier>> _groups;
    private readonly List<string> _judged = [];
    private readonly HashSet<Identifier> _contested = [];

    public NaiveResolver(
        EvidenceWorld world, HashSet<Identifier>? generic = null, HashSet<Identifier>? unconfirmed = null)
    {
        _world = world;
        _accepted = [.. world.Events.Where(IsAccepted)];
        _known = [.. Named().Where(i => !IsBlocked(i)).Distinct().Order()];
        Generic = [.. generic is null ? _known.Where(CountsAsGeneric) : _known.Where(generic.Contains)];
        _unconfirmed = unconfirmed ?? [];
        _groups = [.. _known.Select(i => new List<Identifier> { i })];
        foreach (var candidate in Candidates())
            Judge(candidate);
    }

    public HashSet<Identifier> Generic { get; }

    public IEnumerable<(Identifier Anchor, HashSet<Identifier> Identifiers)> Profiles =>
        _groups.Select(g => (Anchor(g), g.ToHashSet()));

    /// <summary>All that shall be the same, as text.</summary>
    public override string ToString() => Render(
        _groups.Select(g => $"{Anchor(g)} = {string.Join(',', g.Order())}"),
        _judged, Generic, _contested, _known.Where(i => !IsInert(i)));

    /// <summary>The same of a resolution.</summary>
    public static string Of(ResolvedPartition resolution)
    {
        var known = resolution.Profiles.SelectMany(p => p.Identifiers).ToArray();
        var judged = resolution.Accepted.Select(a => (a.Order, Text: Accepted(a.Pair, a.Unites, a.MustLink, a.Times)))
            .Concat(resolution.Refused.Select(r => (r.Order,
                Text: Refused(r.Pair, r.LimitNamespace, r.CannotLink, r.MustLink, r.Times))))
            .OrderBy(j => j.Order).Select(j => j.Text);
        return Render(
            resolution.Profiles.Select(p => $"{p.Anchor} = {string.Join(',', p.Identifiers)}"),
            judged, resolution.Generic, known.Where(resolution.IsContested), known.Where(resolution.IsLinkable));
    }

    private static string Render(
        IEnumerable<string> profiles, IEnumerable<string> judged, IEnumerable<Identifier> generic,
        IEnumerable<Identifier> contested, IEnumerable<Identifier> linkable) => string.Join('\n',
        profiles.Order(StringComparer.Ordinal).Concat(judged).Append("generic " + string.Join(',', generic.Order()))
            .Append("contested " + string.Join(',', contested.Order()))
            .Append("linkable " + string.Join(',', linkable.Order())));

    private static string Accepted(IdentifierPair pair, bool unites, string? mustLink, LinkTimes? times) =>
        $"{pair} {(unites ? "unites" : "holds")} {mustLink} {times}";

    private static string Refused(
        IdentifierPair pair, string? limited, string? cannotLink, string? mustLink, LinkTimes? times) =>
        $"{pair} refused by {limited}{cannotLink} {mustLink} {times}";

    private NamespacePolicy PolicyOf(Identifier identifier) =>
        _world.Policy.Namespaces.Single(n => n.Name == identifier.Namespace);

    private bool IsAccepted(EvidenceSet set) => _world.Policy.Namespaces.All(n =>
        n.MaxPerProfile is null || set.Identifiers.Count(i => i.Namespace == n.Name) <= n.MaxPerProfile);

    private bool IsBlocked(Identifier identifier) => _world.Policy.IsBlocked(identifier)
        && !_world.Decisions.LinkableValues.Any(d => d.Identifier == identifier);

    private IEnumerable<Identifier> Named() => _accepted.SelectMany(e => e.Identifiers)
        .Concat(_world.Decisions.MustLinks.SelectMany(d => new[] { d.Pair.First, d.Pair.Second }));

    private bool CountsAsGeneric(Identifier value) =>
        !_world.Decisions.LinkableValues.Any(d => d.Identifier == value)
        && _accepted.Concat(_world.Retracted.Where(IsAccepted))
            .Where(e => e.Identifiers.Contains(value))
            .SelectMany(e => e.Identifiers)
            .Where(n => n.Namespace != value.Namespace && !_world.Policy.IsBlocked(n))
            .Where(n => PolicyOf(n) is { MaxPerProfile: 1, LimitWindow: null })
            .Distinct()
            .GroupBy(n => n.Namespace)
            .Any(g => g.Count() >= (PolicyOf(value).Contested == ContestedRule.Nobody
                ? 2 : PolicyOf(value).GenericAfter ?? int.MaxValue));

    private bool IsInert(Identifier identifier) => Generic.Contains(identifier) || _unconfirmed.Contains(identifier);

    private IEnumerable<Candidate> Candidates()
    {
        var candidates = new List<Candidate>();
        for (var i = 0; i < _known.Count; i++)
        {
            for (var j = i + 1; j < _known.Count; j++)
            {
                var (one, other) = (_known[i], _known[j]);
                var events = IsInert(one) || IsInert(other)
                    ? []
                    : _accepted.Where(e => e.Identifiers.Contains(one) && e.Identifiers.Contains(other)).ToArray();
                LinkTimes? times = events.Length == 0
                    ? null
                    : new LinkTimes(events.Min(e => e.OldestEventTime), events.Max(e => e.NewestEventTime));
                var mustLink = _unconfirmed.Contains(one) || _unconfirmed.Contains(other)
                    ? null
                    : _world.Decisions.MustLinks.Where(d => d.Pair == new IdentifierPair(one, other))
                        .Select(d => d.Id).Order(StringComparer.Ordinal).FirstOrDefault();
                if (times is not null || mustLink is not null)
                    candidates.Add(new Candidate(one, other, times, mustLink));
            }
        }

        return candidates.OrderBy(c => c.MustLink is null)
            .ThenBy(c => PolicyOf(c.One).Priority + PolicyOf(c.Other).Priority)
            .ThenBy(OldestFirst)
            .ThenBy(c => OldestFirst(c) ? (Int128)(c.Times?.Oldest.Milliseconds ?? 0)
                : -(Int128)(c.Times?.Newest.Milliseconds ?? 0))
            .ThenBy(c => Digest(c.One, c.Other), StringComparer.Ordinal);
    }

    private bool OldestFirst(Candidate candidate) =>
        PolicyOf(Lower(candidate.One, candidate.Other)).Contested == ContestedRule.First;

    private Identifier Lower(Identifier one, Identifier other) => new[] { one, other }
        .OrderBy(i => PolicyOf(i).Priority).ThenBy(i => Digest(i), StringComparer.Ordinal).Last();

    private void Judge(Candidate candidate)
    {
        var pair = new IdentifierPair(candidate.One, candidate.Other);
        var one = _groups.Single(g => g.Contains(candidate.One));
        var other = _groups.Single(g => g.Contains(candidate.Other));
        var union = one.Concat(other).ToArray();
        var limited = one == other ? null : _world.Policy.Namespaces.FirstOrDefault(n => Breaks(n, union))?.Name;
        var cannotLink = one == other || limited is not null
            ? null
            : _world.Decisions.CannotLinks.FirstOrDefault(d =>
                union.Contains(d.Pair.First) && union.Contains(d.Pair.Second)).Id;
        if (limited is not null || cannotLink is not null)
        {
            _judged.Add(Refused(pair, limited, cannotLink, candidate.MustLink, candidate.Times));
            _contested.Add(Lower(candidate.One, candidate.Other));
            return;
        }

        _judged.Add(Accepted(pair, one != other, candidate.MustLink, candidate.Times));
        if (one == other)
            return;
        _groups.Remove(other);
        one.AddRange(other);
    }

    private bool Breaks(NamespacePolicy policy, Identifier[] union)
    {
        var values = union.Where(i => i.Namespace == policy.Name).ToArray();
        if (policy.LimitWindow is not { } window)
            return values.Length > policy.MaxPerProfile;
        var timeless = values.Count(i => FirstTime(i) is null);
        var starts = values.Select(FirstTime).OfType<long>().ToArray();
        return timeless > policy.MaxPerProfile || starts.Any(start =>
            timeless + starts.Count(t => t >= start && (Int128)t < (Int128)start + window) > policy.MaxPerProfile);
    }

    private long? FirstTime(Identifier identifier) => IsInert(identifier) ? null : Earliest(identifier);

    private long? Earliest(Identifier identifier) => _accepted.Where(e => e.Identifiers.Contains(identifier))
        .Select(e => (long?)e.OldestEventTime.Milliseconds).Min();

    private Identifier Anchor(IEnumerable<Identifier> group) => group
        .OrderBy(IsInert).ThenBy(_contested.Contains)
        .ThenBy(i => IsInert(i) ? 0 : Earliest(i) ?? long.MaxValue)
        .ThenBy(i => PolicyOf(i).Priority).ThenBy(i => Digest(i), StringComparer.Ordinal).First();

    private static string Digest(params Identifier[] identifiers)
    {
        var text = new MemoryStream();
        foreach (var part in identifiers.Order().SelectMany(i => new[] { i.Namespace, i.Value }))
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            text.Write([(byte)(bytes.Length >> 24), (byte)(bytes.Length >> 16), (byte)(bytes.Length >> 8),
                (byte)bytes.Length]);
            text.Write(bytes);
        }

        return Convert.ToHexString(SHA256.HashData(text.ToArray()));
    }

    private sealed record Candidate(Identifier One, Identifier Other, LinkTimes? Times, string? MustLink);
}
