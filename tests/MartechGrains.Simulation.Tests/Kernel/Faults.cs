
namespace MartechGrains.Simulation.Tests.Kernel;

/// <summary>What may go wrong.</summary>
internal enum FaultKind
{
    LostRequest,
    LostReply,
    CallerGaveUp,
    AbandonedRequestArrivesLate,
    DuplicatedRequest,
    Reordering,
    LongDelay,
    ActivationCrash,
    TotalCrash,
    AmbiguousCommitKept,
    AmbiguousCommitLost,
    CommitUnderWayAtCrash,
    FencedWrite,
    RefusedWithoutLease,
    LeaseMissed,
    SecondActivation,
    RouterDeath,
    DuplicateProducer,
    ProducerGivesUp,
    StaleRow,
    StalePolicy,
    LateRetry,
}

/// <summary>How often things go wrong, as probabilities.</summary>
internal sealed record FaultRates
{
    public static readonly FaultRates None = new();

    public double Message { get; init; }

    public double Crash { get; init; }

    public double Slow { get; init; }

    public double RouterDeath { get; init; }

    public double StaleRow { get; init; }

    /// <summary>How often a silo is late to renew its lease.</summary>
    public double Lease { get; init; }
}

/// <summary>The faults of one run: which to inject, and which were.</summary>
internal sealed class Faults(FaultRates rates)
{
    public FaultRates Rates { get; private set; } = rates;

    public long[] Counts { get; } = new long[Enum.GetValues<FaultKind>().Length];

    public bool Active => Rates.Message > 0;

    public void Hit(FaultKind kind) => Counts[(int)kind]++;

    public void End() => Rates = FaultRates.None;
}
