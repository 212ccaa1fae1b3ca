namespace MartechGrains.Core.Features;

/// <summary>
/// When features are evaluated. A live read counts every event it has, also those a fast clock dated a little later, so
/// that no acknowledged event is hidden. A read of the past counts events up to that moment; where tiles reach past it
/// they are left out and the resolution says so: fold the groups anew from journal rows up to the moment to be exact.
/// </summary>
/// <param name="AsOf">Milliseconds since 1970 UTC.</param>
/// <param name="IncludeLater">True for a live read.</param>
public readonly record struct EvaluationMoment(long AsOf, bool IncludeLater)
{
    /// <summary>A live read.</summary>
    public static EvaluationMoment Live(long now) => new(now, IncludeLater: true);

    /// <summary>A read of the past.</summary>
    public static EvaluationMoment Past(long asOf) => new(asOf, IncludeLater: false);

    internal long Until => IncludeLater ? long.MaxValue : AsOf;
}
