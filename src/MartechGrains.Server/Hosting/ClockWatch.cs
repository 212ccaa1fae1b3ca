using MartechGrains.Journal.Clocks;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Server.Hosting;

/// <summary>Has the clock compared with the store's by turns, and tells when it is off and when it is right again.
/// </summary>
internal sealed partial class ClockWatch(ClockGate gate, TimeProvider time, ILogger<ClockWatch> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var atStart = gate.Refusal;
        gate.Changed += Tell;
        try
        {
            if (atStart is not null) LogOff(atStart);
            using var timer = new PeriodicTimer(ClockGate.Interval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await CheckAsync(stoppingToken);
        }
        finally
        {
            gate.Changed -= Tell;
        }
    }

    private async Task CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await gate.CheckAsync(cancellationToken);
        }
        catch (JournalException)
        {
            // That the store is away is told by others. What is known of its clock holds meanwhile.
            return;
        }
    }

    private void Tell(object? sender, ClockChangedEventArgs change)
    {
        if (change.Refusal is { } refusal) LogOff(refusal);
        else LogRight();
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "{refusal} Events are refused until it is right, and producers are told to repeat them; lookups go "
            + "on. Set the clock. If it is right, and the store has entries that were written by one that was not: "
            + "start with a larger --max-clock-offset.")]
    private partial void LogOff(string refusal);

    [LoggerMessage(Level = LogLevel.Information, Message = "The clock is right again; events are taken.")]
    private partial void LogRight();
}
