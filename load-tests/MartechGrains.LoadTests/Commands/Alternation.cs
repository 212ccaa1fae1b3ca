using MartechGrains.LoadTests.Driving;
using MartechGrains.LoadTests.Results;
using MartechGrains.LoadTests.Servers;

namespace MartechGrains.LoadTests.Commands;

/// <summary>
/// Measures two servers by turns, A B, B A, A B: what drifts on the machine meanwhile then falls on both.
/// </summary>
public static class Alternation
{
    /// <summary>Measures both so many times.</summary>
    /// <param name="rounds">How often.</param>
    /// <param name="baseline">The one.</param>
    /// <param name="subject">The other.</param>
    /// <param name="measure">Measures a server in a round, counted from 0.</param>
    public static async Task<List<Round>> RunAsync(
        int rounds, MeasuredServer baseline, MeasuredServer subject,
        Func<MeasuredServer, int, Task<LoadResult>> measure)
    {
        var done = new List<Round>();
        for (var number = 0; number < rounds; number++)
        {
            var baselineFirst = number % 2 == 0;
            var first = await measure(baselineFirst ? baseline : subject, number);
            var second = await measure(baselineFirst ? subject : baseline, number);
            var round = new Round(
                number + 1,
                baselineFirst,
                Measured.From(baseline.Name, baselineFirst ? first : second),
                Measured.From(subject.Name, baselineFirst ? second : first));
            Workplace.Tell(
                $"round {number + 1}: {round.Baseline.PerSecond:N0}, {round.Subject.PerSecond:N0}, {round.Ratio:0.00}");
            done.Add(round);
        }

        return done;
    }
}
