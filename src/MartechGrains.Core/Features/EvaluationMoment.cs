using MartechGrains.Core.Time;

namespace MartechGrains.Core.Features;

/// <summary>
/// When features are evaluated. A live read counts every event it has, also those a fast clock dated a little later, so
/// that no acknowledged event is hidden. A read of the past counts events up to that moment; where tiles reach past it
/// they are left out and the resolution says so: fold the groups anew from journal rows up to the moment to be exact.
/// </summary>
/// <param name="AsOf">The moment.</param>
/// <param name="IncludeLater">True for a live read.</param>
public readonly record struct EvaluationMoment(EventTime AsOf, bool IncludeLater)
{
    /// <summary>A live read.</summary>
    public static EvaluationMoment Live(EventTime now) => new(now, IncludeLater: true);

    /// <summary>A read of the past.</summary>
    public static EvaluationMoment Past(EventTime asOf) => new(asOf, IncludeLater: false);

    internal EventTime Until => IncludeLater ? EventTime.MaxValue : AsOf;
}
