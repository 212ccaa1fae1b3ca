using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Core.Homes.State;

/// <summary>
/// What a home has promised to confirm at identifiers' pointers, and what it knows back from them: open and confirmed
/// joins, neighbour reports, and whether values are inert. A join-semilattice, so that everything may come late, twice
/// or first.
/// </summary>
public sealed partial class JoinLedger
{
    private readonly HashSet<JoinItem> _open = [];
    private readonly HashSet<JoinItem> _confirmed = [];
    private readonly Dictionary<IdentifierKey, ReportState> _reports = [];
    private readonly Dictionary<IdentifierKey, (long Epoch, bool Inert)> _flags = [];
    private readonly HashSet<IdentifierKey> _recovered = [];
    private int _openReports;

    /// <summary>
    /// Identifiers whose joins were open when the home was loaded, or came open with a loser: somebody may have been
    /// told that they are confirmed, so a read drives them first.
    /// </summary>
    public IReadOnlySet<IdentifierKey> Recovered => _recovered;

    /// <summary>Whether any member or carrier join is open: then some identifier is unconfirmed.</summary>
    internal bool HasUnconfirmed => _open.Count > 0;

    /// <summary>Whether the home was told of any value whether it links.</summary>
    internal bool HasFlags => _flags.Count > 0;

    /// <summary>Whether anything is unconfirmed.</summary>
    public bool HasOpen => _open.Count > 0 || _openReports > 0;

    /// <summary>
    /// Whether the member or carrier join of an identifier is open: a view does not link it (rules H23, H24).
    /// </summary>
    public bool IsUnconfirmed(IdentifierKey key) => _open.Count > 0
        && (_open.Contains(new JoinItem(key, JoinKind.Member)) || _open.Contains(new JoinItem(key, JoinKind.Carrier)));

    /// <summary>Whether an event that saw the identifier so has to open a join.</summary>
    public bool Needs(JoinItem item) => item.Kind == JoinKind.Member
        ? !_confirmed.Contains(item)
        : !_confirmed.Contains(item) && !_confirmed.Contains(item with { Kind = JoinKind.Member });

    /// <summary>Whether the value links nothing, as far as the home was told; null where it was told nothing.</summary>
    public bool? IsInert(IdentifierKey key) => _flags.TryGetValue(key, out var flag) ? flag.Inert : null;

    /// <summary>Whether a confirmation tells of an epoch the home has not journaled.</summary>
    public bool IsNews(JoinConfirmation confirmation) =>
        confirmation.Epoch > (_flags.TryGetValue(confirmation.Identifier, out var flag) ? flag.Epoch : 0);

    /// <summary>
    /// Whether losing a confirmation could make a later read forget what was acknowledged: it closes a join that this
    /// activation has not opened itself. Another activation, loaded before, would hold that join as merely under way;
    /// one that this activation opened itself is <see cref="Recovered"/> in all that were loaded after it.
    /// </summary>
    public bool ClosesForeign(JoinConfirmation confirmation) =>
        (confirmation.Member && IsForeign(new JoinItem(confirmation.Identifier, JoinKind.Member)))
        || (confirmation.Carrier && IsForeign(new JoinItem(confirmation.Identifier, JoinKind.Carrier)));

    /// <summary>Folds the joins an entry opened.</summary>
    public void Open(ImmutableArray<JoinItem> items)
    {
        foreach (var item in items)
            if (Needs(item)) _open.Add(item);
    }

    /// <summary>Notes that the home carries an identifier, and whether there is anything to report of it.</summary>
    /// <returns>Whether the home has reported neighbours of it, or has a report open.</returns>
    public bool Carry(IdentifierKey key)
    {
        if (!_reports.TryGetValue(key, out var report)) _reports.Add(key, report = new ReportState());
        return report.Open || !report.Confirmed.IsEmpty;
    }

    /// <summary>Opens a report for a carried identifier unless its neighbours are those last confirmed.</summary>
    /// <param name="key">The identifier.</param>
    /// <param name="seq">The sequence number of the entry being folded: the report's version.</param>
    /// <param name="neighbours">Its unique neighbours here, sorted and cut at the policy's bound.</param>
    /// <param name="force">Report again even if nothing changed.</param>
    public void Touch(IdentifierKey key, int seq, ImmutableArray<Neighbour> neighbours, bool force)
    {
        var report = _reports[key];
        if (!force && !report.Open && neighbours.SequenceEqual(report.Confirmed)) return;
        report.Version = seq;
        SetOpen(report, true);
    }

    /// <summary>
    /// Folds a pointer's answer; a report is closed only by the answer to that very home and version.
    /// </summary>
    public void Confirm(JoinConfirmation confirmation, HomeId home)
    {
        var key = confirmation.Identifier;
        if (confirmation.Member) Close(new JoinItem(key, JoinKind.Member));
        if (confirmation.Carrier) Close(new JoinItem(key, JoinKind.Carrier));
        if (IsNews(confirmation)) _flags[key] = (confirmation.Epoch, confirmation.Inert);
        if (confirmation.Report is { } sent && _reports.TryGetValue(key, out var report)
            && sent.Home == home && sent.Version == report.Version)
        {
            report.Confirmed = sent.Neighbours;
            report.Superseded?.ExceptWith(sent.Superseded);
            // What one report could not name of the homes it speaks for, the next one does.
            SetOpen(report, sent.Superseded.Length == NeighbourReport.MaxSuperseded && report.Superseded?.Count > 0);
        }
        if (!IsOpen(key)) _recovered.Remove(key);
    }

    /// <summary>What is open of one identifier, as one message to its pointer; null if nothing.</summary>
    public OpenJoin? OpenJoinOf(
        IdentifierKey key, HomeId home, ValueRule rule, Func<IdentifierKey, ImmutableArray<Neighbour>> neighbours)
    {
        var member = _open.Contains(new JoinItem(key, JoinKind.Member));
        var carrier = _open.Contains(new JoinItem(key, JoinKind.Carrier));
        NeighbourReport? report = null;
        if (_reports.TryGetValue(key, out var state) && state.Open)
            report = new NeighbourReport(
                home, state.Version, neighbours(key),
                state.Superseded is { } superseded
                    ? [.. superseded.Order().Take(NeighbourReport.MaxSuperseded)]
                    : []);
        return member || carrier || report is not null ? new OpenJoin(key, member, carrier, report, rule) : null;
    }

    /// <summary>Every identifier with something open, sorted.</summary>
    public ImmutableArray<IdentifierKey> OpenIdentifiers() => !HasOpen
        ? []
        : [.. _open.Select(static item => item.Identifier)
            .Concat(_reports.Where(static pair => pair.Value.Open).Select(static pair => pair.Key)).Distinct().Order()];

    /// <summary>Whether anything is open of an identifier.</summary>
    public bool IsOpen(IdentifierKey key) =>
        IsUnconfirmed(key) || (_openReports > 0 && _reports.TryGetValue(key, out var report) && report.Open);

    /// <summary>Whether the home ever reported or carried an identifier.</summary>
    internal bool CarriesAny => _reports.Count > 0;

    /// <summary>Identifiers the home ever reported or carried, sorted.</summary>
    public ImmutableArray<IdentifierKey> Carried() => [.. _reports.Keys.Order()];

    /// <summary>Takes in what a loser knew. Returns the identifiers that must be reported anew.</summary>
    public HashSet<IdentifierKey> Absorb(HomeId loserId, JoinLedger loser)
    {
        foreach (var (key, flag) in loser._flags)
            if (flag.Epoch > (_flags.TryGetValue(key, out var own) ? own.Epoch : 0)) _flags[key] = flag;
        _confirmed.UnionWith(loser._confirmed);
        _open.UnionWith(loser._open);
        _open.RemoveWhere(item => !Needs(item));
        var force = new HashSet<IdentifierKey>();
        foreach (var (key, report) in _reports)
            if (report.Open) force.Add(key);
        foreach (var (key, theirs) in loser._reports)
        {
            if (!_reports.TryGetValue(key, out var own)) _reports.Add(key, own = new ReportState());
            own.Superseded ??= [];
            if (theirs.Superseded is { } spokenFor) own.Superseded.UnionWith(spokenFor);
            own.Superseded.Add(loserId);
            own.Confirmed = [.. own.Confirmed.Concat(theirs.Confirmed).Distinct().Order()];
            if (!theirs.Open) continue;
            SetOpen(own, true);
            force.Add(key);
        }
        foreach (var item in loser._open)
            if (_open.Contains(item)) _recovered.Add(item.Identifier);
        // A loser may bring the confirmation of what was waited for: nothing else would ever end that wait.
        _recovered.RemoveWhere(key => !IsOpen(key));
        return force;
    }

    /// <summary>Marks what is open now as left over from before the home was loaded.</summary>
    public void MarkRecovered() => _recovered.UnionWith(OpenIdentifiers());

    private bool IsForeign(JoinItem item) =>
        !_confirmed.Contains(item) && (!_open.Contains(item) || _recovered.Contains(item.Identifier));

    private void Close(JoinItem item)
    {
        _open.Remove(item);
        _confirmed.Add(item);
        if (item.Kind == JoinKind.Member) _open.Remove(item with { Kind = JoinKind.Carrier });
    }

    private void SetOpen(ReportState report, bool open)
    {
        if (report.Open != open) _openReports += open ? 1 : -1;
        report.Open = open;
    }

    private sealed class ReportState
    {
        public int Version { get; set; }

        public bool Open { get; set; }

        public ImmutableArray<Neighbour> Confirmed { get; set; } = [];

        /// <summary>Homes this one speaks for, that no confirmed report has named; mostly there are none.</summary>
        public HashSet<HomeId>? Superseded { get; set; }
    }
}
