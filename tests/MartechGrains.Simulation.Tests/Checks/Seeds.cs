namespace MartechGrains.Simulation.Tests.Checks;

/// <summary>
/// Runs seeds on all processors. Each run is of one thread and knows nothing of others; what comes of them is handed
/// on by seed, so that nothing depends on which was done first.
/// </summary>
internal static class Seeds
{
    /// <summary>Seeds that are run before what came of them is handed on.</summary>
    private const int Block = 128;

    /// <summary>What comes of the seeds 0, 1, 2, …, for as long as somebody asks.</summary>
    public static IEnumerable<TResult> Run<TResult>(Func<long, TResult> run)
    {
        var results = new TResult[Block];
        for (var first = 0L; ; first += Block)
        {
            var start = first;
            Parallel.For(0, Block, i => results[i] = run(start + i));
            foreach (var result in results) yield return result;
        }
    }
}
