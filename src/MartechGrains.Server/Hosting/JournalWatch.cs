using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Writing;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// Tells when the store takes no writes, and when it takes them again. Stops the process when the journal's writer has
/// ended by an error: nothing could be written any more, and only a new process can.
/// </summary>
internal sealed partial class JournalWatch(
    Deployment deployment, IHostApplicationLifetime lifetime, ILogger<JournalWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var writer = deployment.Resources.Writer;
        writer.OutageChanged += TellOutage;
        try
        {
            await writer.Ended.WaitAsync(stoppingToken);
        }
        catch (JournalEndedException error)
        {
            LogEnded(error);
            lifetime.StopApplication();
        }
        finally
        {
            writer.OutageChanged -= TellOutage;
        }
    }

    private void TellOutage(object? sender, StoreOutageEventArgs outage)
    {
        if (outage.Lasted is { } lasted) LogOutageEnd(lasted.TotalSeconds);
        else LogOutage(outage.Reason);
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The store takes no writes: {reason} Events are refused until it does; producers are told to repeat "
            + "them. It is tried all the time.")]
    private partial void LogOutage(string reason);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "The store takes writes again, after {seconds:0.0} s.")]
    private partial void LogOutageEnd(double seconds);

    [LoggerMessage(Level = LogLevel.Critical,
        Message = "The journal's writer has ended by an error. The server stops; start it anew.")]
    private partial void LogEnded(Exception error);
}
