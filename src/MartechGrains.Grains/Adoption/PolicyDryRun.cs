using MartechGrains.Core.Identity.Comparison;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Grains.Adoption;

/// <summary>
/// What a candidate policy would make of all evidence there is, before it is given out. Reads the store only, and holds
/// all evidence in memory while it compares; so one is run at a time.
/// </summary>
public sealed class PolicyDryRun(EvidenceReader reader) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Compares the policy in force with a candidate.</summary>
    /// <param name="inForce">The policy in force.</param>
    /// <param name="candidate">The candidate; its version does not matter.</param>
    /// <param name="progress">Is told how far reading has come.</param>
    /// <param name="cancellationToken">Ends it early, but not the comparing.</param>
    /// <exception cref="TooMuchEvidenceException">More than <see cref="EvidenceReader.MaxSets"/>.</exception>
    /// <exception cref="DryRunUnderWayException">Another is under way on this silo.</exception>
    public async Task<PolicyDryRunResult> RunAsync(
        IdentityPolicy inForce, IdentityPolicy candidate, Func<EvidenceProgress, Task> progress,
        CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(TimeSpan.Zero, cancellationToken)) throw new DryRunUnderWayException();
        try
        {
            var all = await reader.ReadAsync(EvidenceReader.MaxSets, progress, cancellationToken);
            var input = new ResolverInput(all.Evidence, all.Decisions, inForce, Retracted: all.Retracted);
            var comparison = await Task.Run(() => PolicyComparison.Of(input, candidate), cancellationToken);
            return new PolicyDryRunResult(comparison, all.Read);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}

/// <summary>What a rehearsal found.</summary>
/// <param name="Comparison">The comparison.</param>
/// <param name="Read">What was read for it.</param>
public sealed record PolicyDryRunResult(PolicyComparison Comparison, EvidenceProgress Read);

/// <summary>Another policy is being rehearsed on this silo: one is at a time.</summary>
public sealed class DryRunUnderWayException() : Exception("Another policy is being rehearsed.");
