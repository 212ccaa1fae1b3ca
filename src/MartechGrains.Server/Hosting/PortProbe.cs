using System.Net;
using System.Net.Sockets;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// Tries the ports of a server before anything listens on them: all that cannot be had are told together, and Orleans
/// would log a stack for each of its own layers.
/// </summary>
internal static class PortProbe
{
    // Ports that no system gives to outgoing connections by itself (those begin at 32,768 on Linux, at 49,152
    // elsewhere): Orleans opens the port seconds after it was found to be free, and another connection must not have
    // been given it meanwhile.
    private const int FirstSiloPort = 20_000;
    private const int SiloPortCount = 10_000;
    private const int SiloPortAttempts = 100;

    /// <summary>Tries them; answers with the silo's, any free one of 20,000 to 29,999 where it is 0.</summary>
    /// <exception cref="StartException">A port or the address cannot be listened on.</exception>
    public static int SiloPort(NetworkOptions network)
    {
        var address = IPAddress.Parse(network.Listen);
        var faults = new List<SocketFault>();
        // All are held until the last is tried, so that the silo is not given one of the others.
        using var http = Listen("http-port", address, network.HttpPort, faults);
        using var grpc = Listen("grpc-port", address, network.GrpcPort, faults);
        using var silo = network.SiloPort == 0
            ? AnySiloPort(faults)
            : Listen("silo-port", IPAddress.Loopback, network.SiloPort, faults);
        if (faults.Count == 0) return ((IPEndPoint)silo!.LocalEndpoint).Port;
        throw new StartException(
            [.. faults.Select(fault => Text(fault, network)).Distinct(StringComparer.Ordinal)], faults[0].Error);
    }

    private static TcpListener? AnySiloPort(List<SocketFault> faults)
    {
        for (var attempt = 1; attempt < SiloPortAttempts; attempt++)
        {
            var port = FirstSiloPort + Random.Shared.Next(SiloPortCount);
            if (Listen("silo-port", IPAddress.Loopback, port, []) is { } listener) return listener;
        }
        return Listen("silo-port", IPAddress.Loopback, 0, faults);
    }

    private static TcpListener? Listen(string setting, IPAddress address, int port, List<SocketFault> faults)
    {
        var listener = new TcpListener(address, port);
        // As the HTTP server listens: on all addresses of both families.
        if (address.Equals(IPAddress.IPv6Any)) listener.Server.DualMode = true;
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException error)
        {
            listener.Dispose();
            faults.Add(new SocketFault(setting, port, error));
            return null;
        }
    }

    private static string Text(SocketFault fault, NetworkOptions network) => fault.Error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"{fault.Setting} {fault.Port} is taken: "
            + $"{SettingFault.Sentence(fault.Error.Message)} Stop what listens there, or choose another by "
            + $"--{fault.Setting}.",
        SocketError.AccessDenied => $"{fault.Setting} {fault.Port} cannot be listened on: "
            + $"{SettingFault.Sentence(fault.Error.Message)} Choose another by --{fault.Setting}.",
        _ => $"{network.Listen} cannot be listened on: {SettingFault.Sentence(fault.Error.Message)} Choose another "
            + "address by --listen.",
    };

    private sealed record SocketFault(string Setting, int Port, SocketException Error);
}
