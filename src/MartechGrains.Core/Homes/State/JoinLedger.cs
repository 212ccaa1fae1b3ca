using System.Collections.Frozen;
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
    private readonly Dictionary<IdentifierKey, KeyState> _keys = [];

    // Mostly there are none, and homes are many.
    private HashSet<IdentifierKey>? _recovered;
    private int _openJoins;
    private int _openReports;

    /// <summary>
    /// Identifiers whose joins were open when the home was loaded, or came open with a loser: somebody may have been
    /// told that they are confirmed, so a read drives them first.
    /// </summary>
    public IReadOnlySet<IdentifierKey> Recovered =>
        (IReadOnlySet<IdentifierKey>?)_recovered ?? FrozenSet<IdentifierKey>.Empty;

    /// <summary>Whether any member or carrier join is open: then some identifier is unconfirmed.</summary>
    internal bool HasUnconfirmed => _openJoins > 0;

    /// <summary>Whether the home was told of any value whether it links.</summary>
    internal bool HasFlags { get; private set; }

    /// <summary>Whether anything is unconfirmed.</summary>
    public bool HasOpen => _openJoins > 0 || _openReports > 0;

    /// <summary>
    /// Whether the member or carrier join of an identifier is open: a view does not link it (rules H23, H24).
    /// </summary>
    public bool IsUnconfirmed(IdentifierKey key) =>
        _openJoins > 0 && _keys.TryGetValue(key, out var state) && state.IsUnconfirmed;

    /// <summary>Whether an event that saw the identifier so has to open a join.</summary>
    public bool Needs(JoinItem item) => !_keys.TryGetValue(item.Identifier, out var state) || state.Needs(item.Kind);

    /// <summary>Whether the value links nothing, as far as the home was told; null where it was told nothing.</summary>
    public bool? IsInert(IdentifierKey key) =>
        _keys.TryGetValue(key, out var state) && state.IsTold ? state.Inert : null;

    /// <summary>Whether a confirmation tells of an epoch the home has not journaled.</summary>
    public bool IsNews(JoinConfirmation confirmation) =>
        confirmation.Epoch > (_keys.GetValueOrDefault(confirmation.Identifier)?.Epoch ?? 0);

    /// <summary>
    /// Whether losing a confirmation could make a later read forget what was acknowledged: it closes a join that this
    /// activation has not opened itself. Another activation, loaded before, would hold that join as merely under way;
    /// one that this activation opened itself is <see cref="Recovered"/> in all that were loaded after it.
    /// </summary>
    public bool ClosesForeign(JoinConfirmation confirmation)
    {
        if (!confirmation.Member && !confirmation.Carrier) return false;
        if (!_keys.TryGetValue(confirmation.Identifier, out var state)) return true;
        var isRecovered = Recovered.Contains(confirmation.Identifier);
        return (confirmation.Member && IsForeign(JoinKind.Member))
            || (confirmation.Carrier && IsForeign(JoinKind.Carrier));

        bool IsForeign(JoinKind kind) => !state.IsConfirmed(kind) && (!state.IsOpen(kind) || isRecovered);
    }

    /// <summary>Folds the joins an entry opened.</summary>
    public void Open(ImmutableArray<JoinItem> items)
    {
        foreach (var item in items)
            if (Needs(item)) SetOpen(StateOf(item.Identifier), item.Kind, true);
    }

    /// <summary>Notes that the home carries an identifier, and whether there is anything to report of it.</summary>
    /// <returns>Whether the home has reported neighbours of it, or has a report open.</returns>
    public bool Carry(IdentifierKey key)
    {
        var state = StateOf(key);
        state.IsCarried = true;
        return state.IsReportOpen || !state.Confirmed.IsEmpty;
    }

    /// <summary>Opens a report for a carried identifier unless its neighbours are those last confirmed.</summary>
    /// <param name="key">The identifier.</param>
    /// <param name="seq">The sequence number of the entry being folded: the report's version.</param>
    /// <param name="neighbours">Its unique neighbours here, sorted and cut at the policy's bound.</param>
    /// <param name="force">Report again even if nothing changed.</param>
    public void Touch(IdentifierKey key, int seq, ImmutableArray<Neighbour> neighbours, bool force)
    {
        var state = _keys[key];
        if (!force && !state.IsReportOpen && neighbours.SequenceEqual(state.Confirmed)) return;
        state.Version = seq;
        SetReportOpen(state, true);
    }

    /// <summary>
    /// Folds a pointer's answer; a report is closed only by the answer to that very home and version.
    /// </summary>
    public void Confirm(JoinConfirmation confirmation, HomeId home)
    {
        var key = confirmation.Identifier;
        var state = StateOf(key);
        if (confirmation.Member) Close(state, JoinKind.Member);
        if (confirmation.Carrier) Close(state, JoinKind.Carrier);
        if (confirmation.Epoch > state.Epoch) SetFlag(state, confirmation.Epoch, confirmation.Inert);
        if (confirmation.Report is { } sent && state.IsCarried && sent.Home == home && sent.Version == state.Version)
        {
            state.Confirmed = sent.Neighbours;
            state.Superseded?.ExceptWith(sent.Superseded);
            // What one report could not name of the homes it speaks for, the next one does.
            SetReportOpen(
                state, sent.Superseded.Length == NeighbourReport.MaxSuperseded && state.Superseded?.Count > 0);
        }
        if (!IsOpen(key)) _recovered?.Remove(key);
    }

    /// <summary>What is open of one identifier, as one message to its pointer; null if nothing.</summary>
    public OpenJoin? OpenJoinOf(
        IdentifierKey key, HomeId home, ValueRule rule, Func<IdentifierKey, ImmutableArray<Neighbour>> neighbours)
    {
        if (!_keys.TryGetValue(key, out var state)) return null;
        var (member, carrier) = (state.IsOpen(JoinKind.Member), state.IsOpen(JoinKind.Carrier));
        NeighbourReport? report = null;
        if (state.IsReportOpen)
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
        : [.. _keys.Where(static pair => pair.Value.IsAnyOpen).Select(static pair => pair.Key).Order()];

    /// <summary>Whether anything is open of an identifier.</summary>
    public bool IsOpen(IdentifierKey key) => HasOpen && _keys.TryGetValue(key, out var state) && state.IsAnyOpen;

    /// <summary>Whether the home ever reported or carried an identifier.</summary>
    internal bool CarriesAny => _keys.Values.Any(static state => state.IsCarried);

    /// <summary>
    /// Whether there are homes taken in of which the pointer was not told, nor a report under way tells.
    /// </summary>
    internal bool SpeaksForOthers(IdentifierKey key) =>
        _keys.TryGetValue(key, out var state) && state is { IsReportOpen: false, Superseded.Count: > 0 };

    /// <summary>Identifiers the home ever reported or carried, sorted.</summary>
    public ImmutableArray<IdentifierKey> Carried() =>
        [.. _keys.Where(static pair => pair.Value.IsCarried).Select(static pair => pair.Key).Order()];

    /// <summary>Takes in what a loser knew. Returns the identifiers that must be reported anew.</summary>
    public HashSet<IdentifierKey> Absorb(HomeId loserId, JoinLedger loser)
    {
        var force = new HashSet<IdentifierKey>();
        foreach (var (key, own) in _keys)
            if (own.IsReportOpen) force.Add(key);
        foreach (var (key, theirs) in loser._keys)
        {
            var own = StateOf(key);
            if (theirs.Epoch > own.Epoch) SetFlag(own, theirs.Epoch, theirs.Inert);
            AbsorbJoin(own, theirs, JoinKind.Member);
            AbsorbJoin(own, theirs, JoinKind.Carrier);
            if (theirs.IsCarried) AbsorbReport(own, theirs, loserId);
            if (theirs.IsReportOpen) force.Add(key);
            if ((own.IsOpen(JoinKind.Member) && theirs.IsOpen(JoinKind.Member))
                || (own.IsOpen(JoinKind.Carrier) && theirs.IsOpen(JoinKind.Carrier)))
                (_recovered ??= []).Add(key);
        }
        // A loser may bring the confirmation of what was waited for: nothing else would ever end that wait.
        _recovered?.RemoveWhere(key => !IsOpen(key));
        return force;
    }

    /// <summary>Marks what is open now as left over from before the home was loaded.</summary>
    public void MarkRecovered()
    {
        if (HasOpen) (_recovered ??= []).UnionWith(OpenIdentifiers());
    }

    private KeyState StateOf(IdentifierKey key)
    {
        if (!_keys.TryGetValue(key, out var state)) _keys.Add(key, state = new KeyState());
        return state;
    }

    private void AbsorbJoin(KeyState own, KeyState theirs, JoinKind kind)
    {
        if (theirs.IsConfirmed(kind)) Close(own, kind);
        else if (theirs.IsOpen(kind) && own.Needs(kind)) SetOpen(own, kind, true);
    }

    private void AbsorbReport(KeyState own, KeyState theirs, HomeId loser)
    {
        own.IsCarried = true;
        own.Superseded ??= [];
        if (theirs.Superseded is { } spokenFor) own.Superseded.UnionWith(spokenFor);
        own.Superseded.Add(loser);
        own.Confirmed = [.. own.Confirmed.Concat(theirs.Confirmed).Distinct().Order()];
        if (theirs.IsReportOpen) SetReportOpen(own, true);
    }

    private void Close(KeyState state, JoinKind kind)
    {
        SetOpen(state, kind, false);
        if (kind == JoinKind.Member) SetOpen(state, JoinKind.Carrier, false);
        state.Confirm(kind);
    }

    private void SetOpen(KeyState state, JoinKind kind, bool isOpen)
    {
        if (state.IsOpen(kind) == isOpen) return;
        _openJoins += isOpen ? 1 : -1;
        state.SetOpen(kind, isOpen);
    }

    private void SetReportOpen(KeyState state, bool isOpen)
    {
        if (state.IsReportOpen == isOpen) return;
        _openReports += isOpen ? 1 : -1;
        state.IsReportOpen = isOpen;
    }

    private void SetFlag(KeyState state, long epoch, bool isInert)
    {
        (state.Epoch, state.Inert) = (epoch, isInert);
        HasFlags = true;
    }
}
