using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;

namespace MartechGrains.Core.Features;

/// <summary>
/// Campaign fatigue: 100 × (1 − exp(−max(0, N) / 4)), N being the sum of pressure (messages) less relief (clicks,
/// orders),
/// all halving every 3 days. Terms are summed in one order over all groups: days before the exact ones by day and kind,
/// from integer counts, at noon of the day; then rows by (time, hash). So the bits do not depend on how events are
/// spread over groups, nor on whether a group still holds an older day exactly.
/// </summary>
internal sealed class FatigueScore
{
    /// <summary>
    /// Today and this many UTC days before count to the millisecond; the 8 days of the log cover them.
    /// </summary>
    public const int ExactDays = 6;

    /// <summary>Older events weigh less than one millionth of their start and are left out.</summary>
    public const int HorizonDays = 60;

    private const long Day = FactLimits.DayMilliseconds;
    private const double HalfLife = 3.0 * Day;
    private const double Scale = 4;
    private const int SendDays = 28;
    private const int MinSends = 3;

    private readonly EvaluationMoment _moment;
    private readonly int _today;
    private readonly long[] _counts = new long[(HorizonDays + 1) * FatigueKinds.Counted];
    private readonly List<(EventPoint Point, FatigueKind Kind, int Seq, int Group, FactCellKey Key)> _rows = [];
    private long? _freshness;
    private EventPoint? _block;
    private double _net;
    private WindowResolution _leftOut;

    private FatigueScore(EvaluationMoment moment)
    {
        _moment = moment;
        _today = FactLimits.DayOf(moment.AsOf);
    }

    private int HorizonFrom => _today - HorizonDays;

    private int ExactFrom => _today - ExactDays;

    public static FatigueScore Of(
        IReadOnlyList<FactGroupView> groups, EvaluationMoment moment, List<Contribution>? explain = null)
    {
        var score = new FatigueScore(moment);
        for (var i = 0; i < groups.Count; i++)
            score.Gather(groups[i], i);
        score._rows.Sort(static (left, right) => left.Point.CompareTo(right.Point));
        score.Sum(explain);
        return score;
    }

    public FeatureValue Value() => new()
    {
        Feature = FeatureCatalog.Fatigue,
        Value = FeatureScalar.OfNumber(_block is null ? Score : 100),
        Freshness = _block?.Time ?? _freshness,
        WindowResolution = Resolution,
        NextChangeAt = _block is not null ? null : _net > 0 || HasLater ? _moment.AsOf + 1 : NextShift(),
        SourceEvent = _block?.Hash,
    };

    public FeatureValue Band()
    {
        var sends = Sends(out var sendsDropAt);
        var name = _block is not null ? "blocked"
            : sends < MinSends ? "insufficient_data"
            : Score < 30 ? "under"
            : Score <= 60 ? "on_target"
            : "saturated";
        return new FeatureValue
        {
            Feature = FeatureCatalog.FatigueBand,
            Value = FeatureScalar.OfCategory(name),
            Freshness = _block?.Time ?? _freshness,
            WindowResolution = Resolution,
            NextChangeAt = name is "blocked" or "insufficient_data" ? null : NextBand(sendsDropAt),
            SourceEvent = _block?.Hash,
        };

        long? NextBand(long? dropsAt)
        {
            if (HasLater)
                return _moment.AsOf + 1;
            var next = Earliest(dropsAt, NextShift());
            return Score > 60 ? Earliest(next, Falls(60)) : Score >= 30 ? Earliest(next, Falls(30)) : next;
        }
    }

    private double Score => 100 * (1 - Math.Exp(-Math.Max(0, _net) / Scale));

    private WindowResolution Resolution =>
        _leftOut != WindowResolution.Lifetime && Array.Exists(_counts, count => count > 0)
            ? WindowResolution.Day
            : _leftOut;

    // While an event dated later than now counts as just happened, terms do not fall evenly.
    private bool HasLater => _rows.Count > 0 && _rows[^1].Point.Time > _moment.AsOf;

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

    private void Refresh(long time) => _freshness = Math.Max(_freshness ?? time, time);

    private int Slot(int day, FatigueKind kind) => ((day - HorizonFrom) * FatigueKinds.Counted) + (int)kind;

    private void Sum(List<Contribution>? explain)
    {
        for (var slot = 0; slot < _counts.Length; slot++)
        {
            if (_counts[slot] == 0)
                continue;
            var kind = (FatigueKind)(slot % FatigueKinds.Counted);
            var noon = ((HorizonFrom + (slot / FatigueKinds.Counted)) * Day) + (Day / 2);
            var term = _counts[slot] * (FatigueKinds.Weight(kind) * Decay(noon));
            _net += term;
            explain?.Add(new Contribution(
                Role(kind), WindowResolution.Day, -1, null, _counts[slot], new EventPoint(noon, default),
                new EventPoint(noon, default), null, FeatureScalar.OfNumber(term)));
        }

        foreach (var (point, kind, seq, group, key) in _rows)
        {
            var term = FatigueKinds.Weight(kind) * Decay(point.Time);
            _net += term;
            explain?.Add(new Contribution(
                Role(kind), WindowResolution.Exact, group, key, 1, point, point, seq,
                FeatureScalar.OfNumber(term)));
        }
    }

    private static string Role(FatigueKind kind) => FatigueKinds.IsSend(kind) ? "pressure" : "relief";

    private double Decay(long time) => Math.Pow(2, -Math.Max(0, _moment.AsOf - time) / HalfLife);

    private long Sends(out long? dropsAt)
    {
        long sends = 0;
        dropsAt = null;
        for (var day = _today + 1; day >= _today - SendDays; day--)
        {
            for (var kind = FatigueKind.HeavySend; FatigueKinds.IsSend(kind) && day <= _today; kind++)
                sends += _counts[Slot(day, kind)];
            foreach (var row in _rows)
            {
                var at = Math.Min(FactLimits.DayOf(row.Point.Time), _today + 1);
                sends += at == day && FatigueKinds.IsSend(row.Kind) ? 1 : 0;
            }

            if (sends >= MinSends && dropsAt is null)
                dropsAt = (day + SendDays + 1) * Day;
        }

        return sends;
    }

    /// <summary>When a day's events next stop counting to the millisecond, or at all.</summary>
    private long? NextShift()
    {
        long? next = _rows.Count > 0 ? (FactLimits.DayOf(_rows[0].Point.Time) + ExactDays + 1) * Day : null;
        var oldest = Array.FindIndex(_counts, count => count > 0);
        return oldest < 0 ? next
            : Earliest(next, (HorizonFrom + (oldest / FatigueKinds.Counted) + HorizonDays + 1) * Day);
    }

    // All terms fall alike between shifts, so the sum reaches a threshold after a known number of half-lives.
    private long Falls(double score)
    {
        var threshold = -Scale * Math.Log(1 - (score / 100));
        var wait = HalfLife * Math.Log2(_net / threshold);
        return _moment.AsOf + Math.Max(1, (long)Math.Floor(wait) - 1);
    }

    private static long? Earliest(long? left, long? right) =>
        left is null ? right : right is null ? left : Math.Min(left.Value, right.Value);
}
