using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Writing;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// Tells when the store takes no writes, and when it takes them again. Stops the process when the journal's writer has
/// ended by an error, since only a new process can write then, and when another server has taken the database.
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
            var first = await Task.WhenAny(writer.Ended, deployment.Taken).WaitAsync(stoppingToken);
            if (first != writer.Ended)
            {
                LogTaken();
                lifetime.StopApplication();
                return;
            }
            await first;
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

    [LoggerMessage(Level = LogLevel.Critical,
        Message = "Another server has taken the PostgreSQL database while it was out of reach. The server stops: two "
            + "would read behind each other's backs.")]
    private partial void LogTaken();

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
