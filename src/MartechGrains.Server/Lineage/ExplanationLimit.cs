using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using Grpc.Core;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Lineage;

/// <summary>
/// Lets few explanations be made at a time, since each holds all events of a home; some more wait for their turn, for
/// as long as their callers do, and the others are refused.
/// </summary>
internal sealed class ExplanationLimit : IDisposable
{
    /// <summary>Explanations that are made at a time.</summary>
    public const int MaxAtATime = 4;

    /// <summary>Most explanations that wait.</summary>
    public const int MaxWaiting = 64;

    /// <summary>The meter's name.</summary>
    public const string MeterName = "MartechGrains.Explanations";

    private readonly Counter<long> _refused;
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = MaxAtATime,
        QueueLimit = MaxWaiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public ExplanationLimit(IMeterFactory meters) => _refused = meters.Create(MeterName).CreateCounter<long>(
        "martechgrains.explanations.refused", "{call}", "Explanations refused because too many waited for their turn.");

    /// <summary>A turn, which ends when it is disposed.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: <see cref="MaxWaiting"/> wait already.</exception>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        var turn = await _limiter.AcquireAsync(1, cancellationToken);
        if (turn.IsAcquired) return turn;
        turn.Dispose();
        _refused.Add(1);
        throw Failures.Exception(Failures.Overloaded(
            $"{MaxAtATime} explanations are made at a time, and {MaxWaiting} wait. Ask again after the delay."));
    }

    public void Dispose() => _limiter.Dispose();
}
