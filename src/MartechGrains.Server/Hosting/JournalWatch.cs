using MartechGrains.Journal.Contracts;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// Stops the process when the journal's writer has ended by an error: nothing could be written any more, and only a
/// new process can.
/// </summary>
internal sealed partial class JournalWatch(
    Deployment deployment, IHostApplicationLifetime lifetime, ILogger<JournalWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await deployment.Resources.Writer.Ended.WaitAsync(stoppingToken);
        }
        catch (JournalEndedException error)
        {
            LogEnded(error);
            lifetime.StopApplication();
        }
    }

    [LoggerMessage(Level = LogLevel.Critical,
        Message = "The journal's writer has ended by an error. The server stops; start it anew.")]
    private partial void LogEnded(Exception error);
}
