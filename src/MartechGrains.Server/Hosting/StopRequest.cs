using System.Runtime.InteropServices;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// The operator's wish that the process stops, by SIGTERM, SIGINT (Ctrl-C) or SIGQUIT. It is heard from the first
/// moment of the start on; the host hears signals only once it is built.
/// </summary>
internal sealed class StopRequest : IDisposable
{
    private readonly CancellationTokenSource _wish = new();
    private readonly PosixSignalRegistration[] _signals;

    /// <summary>Listens from now on; without it, a signal ends the process at once.</summary>
    public StopRequest() => _signals =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Note),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Note),
        PosixSignalRegistration.Create(PosixSignal.SIGQUIT, Note),
    ];

    /// <summary>Cancelled once a stop is wished.</summary>
    public CancellationToken Token => _wish.Token;

    /// <summary>Whether a stop is wished.</summary>
    public bool IsMade => _wish.IsCancellationRequested;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _wish.Dispose();
    }

    private void Note(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _wish.Cancel();
    }
}
