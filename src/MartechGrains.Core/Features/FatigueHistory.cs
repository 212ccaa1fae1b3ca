using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>
/// What a profile's groups hold for campaign fatigue, in the order its terms are summed: days before the exact ones by
/// day and kind, from integer counts, at noon of the day; then rows by (time, hash). So the bits do not depend on how
/// events are spread over groups, nor on whether a group still holds an older day exactly.
/// </summary>
internal sealed class FatigueHistory
{
    /// <summary>
    /// Today and this many UTC days before count to the millisecond; the 8 days of the log cover them.
    /// </summary>
    public const int ExactDays = 6;

    /// <summary>Older events weigh less than one millionth of their start and are left out.</summary>
    public const int HorizonDays = 60;

    private const int SendDays = 28;
    private const int MinSends = 3;

    private readonly EvaluationMoment _moment;
    private readonly int _today;
    private readonly long[] _counts = new long[(HorizonDays + 1) * FatigueKinds.Counted];
    private readonly List<(EventPoint Point, FatigueKind Kind, int Seq, int Group, FactCellKey Key)> _rows = [];
    private EventTime? _freshness;
    private EventPoint? _block;
    private WindowResolution _leftOut;

    private FatigueHistory(EvaluationMoment moment)
    {
        _moment = moment;
        _today = FactLimits.DayOf(moment.AsOf);
    }

    private int HorizonFrom => _today - HorizonDays;

    private int ExactFrom => _today - ExactDays;

    public static FatigueHistory Of(IReadOnlyList<FactGroupView> groups, EvaluationMoment moment)
    {
        var history = new FatigueHistory(moment);
        for (var i = 0; i < groups.Count; i++)
            history.Gather(groups[i], i);
        history._rows.Sort(static (left, right) => left.Point.CompareTo(right.Point));
        return history;
    }

    public FatigueTerms Terms()
    {
        var terms = new List<FatigueTerm>(_rows.Count);
        for (var slot = 0; slot < _counts.Length; slot++)
        {
            if (_counts[slot] > 0)
                terms.Add(new FatigueTerm(_counts[slot], FatigueKinds.Weight(KindOf(slot)), NoonOf(slot)));
        }

        var resolution = terms.Count > 0 && _leftOut != WindowResolution.Lifetime ? WindowResolution.Day : _leftOut;
        foreach (var row in _rows)
            terms.Add(new FatigueTerm(1, FatigueKinds.Weight(row.Kind), row.Point.Time));
        var sends = Sends(out var sendsDropAt);
        return new FatigueTerms
        {
            Terms = [.. terms],
            Block = _block,
            Freshness = _block?.Time ?? _freshness,
            Resolution = resolution,
            Newest = _rows.Count > 0 ? _rows[^1].Point.Time : null,
            NextShift = NextShift(),
            HasSends = sends >= MinSends,
            SendsDropAt = sendsDropAt,
        };
    }

    /// <summary>The terms as they are at the moment, each with what it comes from.</summary>
    public List<Contribution> Contributions()
    {
        var terms = Terms().Terms;
        var days = terms.Length - _rows.Count;
        var found = new List<Contribution>(terms.Length);
        for (var i = 0; i < terms.Length; i++)
        {
            var term = terms[i];
            var role = term.Weight > 0 ? "pressure" : "relief";
            var value = FeatureScalar.OfNumber(term.At(_moment.AsOf));
            if (i < days)
            {
                var noon = new EventPoint(term.Time, default);
                found.Add(new Contribution(
                    role, WindowResolution.Day, -1, null, term.Count, noon, noon, null, value));
            }
            else
            {
                var (point, _, seq, group, key) = _rows[i - days];
                found.Add(new Contribution(role, WindowResolution.Exact, group, key, 1, point, point, seq, value));
            }
        }

        return found;
    }

    private void Gather(FactGroupView group, int ordinal)
    {
        var log = group.Log;
        var entries = log.Entries;
        for (var i = 0; i < entries.Length && entries[i].EventTime <= _moment.Until; i++)
        {
            ref readonly var entry = ref entries[i];
            Block(entry.Class, entry.Point);
            var kind = FatigueKinds.Of(entry.Class, entry.Channel);
            var day = FactLimits.DayOf(entry.EventTime);
            if (kind == FatigueKind.None || day < HorizonFrom)
                continue;
            Refresh(entry.EventTime);
            if (day >= ExactFrom)
                _rows.Add((entry.Point, kind, entry.Seq, ordinal, log.Key(i)));
            else
                _counts[Slot(day, kind)]++;
        }

        foreach (var tile in group.Days)
        {
            foreach (ref readonly var cell in tile.Cells)
                Gather(cell, tile.Day);
        }

        foreach (ref readonly var cell in group.Lifetime)
            Gather(cell, day: null);
    }

    // A tile of a day, or a lifetime sum, which a read of the past may find inside its horizon.
    private void Gather(in FactCell cell, int? day)
    {
        if (cell.First.Time > _moment.Until)
            return;
        Block(cell.Key.Class, cell.First);
        var kind = FatigueKinds.Of(cell.Key.Class, cell.Key.Channel);
        if (kind == FatigueKind.None || (day ?? FactLimits.DayOf(cell.Last.Time)) < HorizonFrom)
            return;
        if (day is not { } tile || cell.Last.Time > _moment.Until)
        {
            var resolution = day is null ? WindowResolution.Lifetime : WindowResolution.Day;
            _leftOut = (WindowResolution)Math.Max((int)_leftOut, (int)resolution);
            return;
        }

        Refresh(cell.Last.Time);
        _counts[Slot(Math.Min(tile, _today), kind)] += cell.Count;
    }

    private void Block(EventClass eventClass, EventPoint point)
    {
        if (eventClass is EventClass.MessageMarkedAsSpam or EventClass.Unsubscribed)
            _block = _block is { } known ? EventPoint.Min(known, point) : point;
    }

    private void Refresh(EventTime time) => _freshness = EventTime.Max(_freshness ?? time, time);

    private int Slot(int day, FatigueKind kind) => ((day - HorizonFrom) * FatigueKinds.Counted) + (int)kind;

    private static FatigueKind KindOf(int slot) => (FatigueKind)(slot % FatigueKinds.Counted);

    private int DayOf(int slot) => HorizonFrom + (slot / FatigueKinds.Counted);

    private EventTime NoonOf(int slot) => FactLimits.StartOf(DayOf(slot)) + (FactLimits.DayMilliseconds / 2);

    private long Sends(out EventTime? dropsAt)
    {
        // From tomorrow, where a fast clock may date an event, back to the oldest day that counts.
        Span<long> byAge = stackalloc long[SendDays + 2];
        for (var age = 0; age <= SendDays; age++)
        {
            for (var kind = FatigueKind.HeavySend; FatigueKinds.IsSend(kind); kind++)
                byAge[age + 1] += _counts[Slot(_today - age, kind)];
        }

        foreach (var row in _rows)
        {
            if (FatigueKinds.IsSend(row.Kind))
                byAge[Math.Max(0, _today + 1 - FactLimits.DayOf(row.Point.Time))]++;
        }

        long sends = 0;
        dropsAt = null;
        for (var i = 0; i < byAge.Length; i++)
        {
            sends += byAge[i];
            if (sends >= MinSends && dropsAt is null)
                dropsAt = FactLimits.StartOf(_today + 1 - i + SendDays + 1);
        }

        return sends;
    }

    /// <summary>When a day's events next stop counting to the millisecond, or at all.</summary>
    private EventTime? NextShift()
    {
        EventTime? next = _rows.Count > 0
            ? FactLimits.StartOf(FactLimits.DayOf(_rows[0].Point.Time) + ExactDays + 1)
            : null;
        var oldest = Array.FindIndex(_counts, count => count > 0);
        return oldest < 0 ? next : FatigueScore.Earliest(next, FactLimits.StartOf(DayOf(oldest) + HorizonDays + 1));
    }
}
