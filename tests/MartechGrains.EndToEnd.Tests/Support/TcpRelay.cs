using System.Net;
using System.Net.Sockets;

namespace MartechGrains.EndToEnd.Tests.Support;

/// <summary>
/// A way to a server that can be cut and mended: cut, it refuses connections and has none, as a server that is stopped.
/// </summary>
internal sealed class TcpRelay : IDisposable
{
    private readonly string _host;
    private readonly int _port;
    private readonly Lock _gate = new();
    private readonly List<Socket> _ends = [];
    private TcpListener? _listener;

    public TcpRelay(string host, int port)
    {
        (_host, _port) = (host, port);
        Mend();
    }

    /// <summary>Where it listens on loopback, whether cut or not.</summary>
    public int Port { get; private set; }

    /// <summary>Refuses connections from now on, and breaks those there are.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            _listener?.Dispose();
            _listener = null;
            foreach (var end in _ends) end.Dispose();
            _ends.Clear();
        }
    }

    /// <summary>Takes connections again, at the same port.</summary>
    public void Mend()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        lock (_gate) _listener = listener;
        _ = TakeAsync(listener);
    }

    public void Dispose() => Cut();

    private async Task TakeAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptSocketAsync();
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await far.ConnectAsync(_host, _port);
                lock (_gate)
                {
                    _ends.AddRange([near, far]);
                    // It may have been cut meanwhile.
                    if (_listener != listener) Cut();
                }

                _ = CopyAsync(near, far);
                _ = CopyAsync(far, near);
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It was cut.
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        try
        {
            await using var source = new NetworkStream(from, ownsSocket: true);
            await using var sink = new NetworkStream(to, ownsSocket: true);
            await source.CopyToAsync(sink);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // It was cut, or one end has gone.
        }
    }
}
