using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>
/// Campaign fatigue at a moment: 100 × (1 − exp(−max(0, N) / 4)), N being the sum of pressure (messages) less relief
/// (clicks, orders), all halving every 3 days.
/// </summary>
/// <param name="terms">The terms.</param>
/// <param name="asOf">The moment, of the terms' UTC day.</param>
/// <param name="net">Their sum at that moment.</param>
internal readonly struct FatigueScore(FatigueTerms terms, EventTime asOf, double net)
{
    private const double Scale = 4;

    private double Score => 100 * (1 - Math.Exp(-Math.Max(0, net) / Scale));

    private bool HasLater => terms.Newest > asOf;

    /// <summary>Whether a feature is read from the score.</summary>
    public static bool Gives(FeatureDefinition feature) =>
        feature == FeatureCatalog.Fatigue || feature == FeatureCatalog.FatigueBand;

    /// <summary>The value of a feature that the score gives.</summary>
    public FeatureValue Value(FeatureDefinition feature) => feature == FeatureCatalog.Fatigue ? Number() : Band();

    public static EventTime? Earliest(EventTime? left, EventTime? right) =>
        left is null ? right : right is null ? left : EventTime.Min(left.Value, right.Value);

    private FeatureValue Number() => new()
    {
        Feature = FeatureCatalog.Fatigue,
        Value = FeatureScalar.OfNumber(terms.Block is null ? Score : 100),
        Freshness = terms.Freshness,
        WindowResolution = terms.Resolution,
        NextChangeAt = terms.Block is not null ? null : net > 0 || HasLater ? asOf + 1 : terms.NextShift,
        SourceEvent = terms.Block?.Hash,
    };

    private FeatureValue Band()
    {
        var score = Score;
        var name = terms.Block is not null ? "blocked"
            : !terms.HasSends ? "insufficient_data"
            : score < 30 ? "under"
            : score <= 60 ? "on_target"
            : "saturated";
        return new FeatureValue
        {
            Feature = FeatureCatalog.FatigueBand,
            Value = FeatureScalar.OfCategory(name),
            Freshness = terms.Freshness,
            WindowResolution = terms.Resolution,
            NextChangeAt = terms.Block is not null || !terms.HasSends ? null : NextBand(score),
            SourceEvent = terms.Block?.Hash,
        };
    }

    private EventTime? NextBand(double score)
    {
        if (HasLater)
            return asOf + 1;
        var next = Earliest(terms.SendsDropAt, terms.NextShift);
        return score > 60 ? Earliest(next, Falls(60)) : score >= 30 ? Earliest(next, Falls(30)) : next;
    }

    // All terms fall alike between shifts, so the sum reaches a threshold after a known number of half-lives.
    private EventTime Falls(double score)
    {
        var threshold = -Scale * Math.Log(1 - (score / 100));
        var wait = FatigueTerm.HalfLife * Math.Log2(net / threshold);
        return asOf + Math.Max(1, (long)Math.Floor(wait) - 1);
    }
}
