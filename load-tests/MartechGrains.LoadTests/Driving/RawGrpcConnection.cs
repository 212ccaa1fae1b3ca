using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace MartechGrains.LoadTests.Driving;

/// <summary>
/// One HTTP/2 connection that repeats one unary gRPC method over and over, with as little work per call as can be: the
/// header block is six bytes, a request is copied once, answers are recognised by their trailer and not parsed. It is
/// for measuring: client and server share the processor, so what the client spends the server lacks. A general client
/// costs several times more, and would make any two servers look alike.
/// </summary>
/// <remarks>One task may write and another may read.</remarks>
public sealed class RawGrpcConnection : IDisposable
{
    /// <summary>Most calls in flight on one connection: what Kestrel allows by default.</summary>
    public const int MaxInFlight = 100;

    private const int RingSize = 1 << 16;
    private const int ReadBufferSize = 1 << 18;
    private const int ReplenishAfter = 1 << 28;

    private readonly Socket socket;
    private readonly byte[] firstHeaders;
    private readonly byte[] laterHeaders = [0x83, 0x86, 0xC1, 0xC0, 0xBF, 0xBE];
    private readonly long[] startedAt = new long[RingSize];
    private readonly ConcurrentQueue<byte[]> control = new();
    private readonly byte[] readBuffer = new byte[ReadBufferSize];
    private byte[] writeBuffer = new byte[1 << 16];
    private int written;
    private int unread;
    private long sent;
    private long sendWindow = Http2.DefaultWindow;
    private long consumed;
    private int inFlight;

    private RawGrpcConnection(Socket socket, string authority, string path)
    {
        this.socket = socket;
        firstHeaders = Http2.FirstRequestHeaders(authority, path);
    }

    /// <summary>Calls sent and not answered.</summary>
    public int InFlight => Volatile.Read(ref inFlight);

    /// <summary>Connects to a server on this machine that speaks HTTP/2 without TLS.</summary>
    /// <param name="port">Its port.</param>
    /// <param name="path">The method, such as <c>/package.Service/Method</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<RawGrpcConnection> ConnectAsync(int port, string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            var connection = new RawGrpcConnection(socket, $"127.0.0.1:{port}", path);
            connection.control.Enqueue(Http2.Preface());
            await connection.FlushAsync(cancellation);
            return connection;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether a request of this many bytes may be sent now.</summary>
    public bool HasRoomFor(int messageLength) =>
        InFlight < MaxInFlight && Volatile.Read(ref sendWindow) >= messageLength + Http2.MessagePrefixLength;

    /// <summary>Puts a request into the write buffer. The caller has asked <see cref="HasRoomFor"/>.</summary>
    /// <param name="message">The serialised request.</param>
    /// <param name="startTicks">The moment from which its latency counts.</param>
    public void Append(byte[] message, long startTicks)
    {
        var headers = sent == 0 ? firstHeaders : laterHeaders;
        var stream = (int)((sent * 2) + 1);
        Volatile.Write(ref startedAt[sent % RingSize], startTicks);
        sent++;
        var data = message.Length + Http2.MessagePrefixLength;
        Reserve((2 * Http2.FrameHeaderLength) + headers.Length + data);
        written += Http2.WriteFrame(writeBuffer.AsSpan(written), Http2.Headers, Http2.EndHeaders, stream, headers);
        var target = writeBuffer.AsSpan(written);
        Http2.WriteFrameHeader(target, data, Http2.Data, Http2.EndStream, stream);
        target[Http2.FrameHeaderLength] = 0;
        BinaryPrimitives.WriteInt32BigEndian(target[(Http2.FrameHeaderLength + 1)..], message.Length);
        message.CopyTo(target[(Http2.FrameHeaderLength + Http2.MessagePrefixLength)..]);
        written += Http2.FrameHeaderLength + data;
        Interlocked.Add(ref sendWindow, -data);
        Interlocked.Increment(ref inFlight);
    }

    /// <summary>Sends what is in the write buffer.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        while (control.TryDequeue(out var frame))
        {
            Reserve(frame.Length);
            frame.CopyTo(writeBuffer, written);
            written += frame.Length;
        }

        var from = 0;
        while (from < written)
            from += await socket.SendAsync(writeBuffer.AsMemory(from, written - from), cancellation);
        written = 0;
    }

    /// <summary>Waits for bytes, and tells of each call they answer.</summary>
    /// <param name="answered">Called with the call's start in ticks and whether its gRPC status was OK.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidDataException">The server closed the connection or sent what we cannot read.</exception>
    public async ValueTask ReadAsync(Action<long, bool> answered, CancellationToken cancellation)
    {
        var count = await socket.ReceiveAsync(readBuffer.AsMemory(unread), cancellation);
        if (count == 0)
            throw new InvalidDataException("The server closed the connection while it was under load.");
        unread += count;
        var from = 0;
        while (unread - from >= Http2.FrameHeaderLength)
        {
            var frame = Http2.ReadFrameHeader(readBuffer.AsSpan(from));
            var length = Http2.FrameHeaderLength + frame.Length;
            if (length > ReadBufferSize)
                throw new InvalidDataException($"The server sent a frame of {frame.Length} bytes.");
            if (unread - from < length)
                break;
            Handle(frame, readBuffer.AsSpan(from + Http2.FrameHeaderLength, frame.Length), answered);
            from += length;
        }

        readBuffer.AsSpan(from, unread - from).CopyTo(readBuffer);
        unread -= from;
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private void Handle(Http2.Frame frame, ReadOnlySpan<byte> payload, Action<long, bool> answered)
    {
        switch (frame.Type)
        {
            case Http2.Data:
                Replenish(frame.Length);
                break;
            case Http2.Headers when (frame.Flags & Http2.EndHeaders) == 0:
                throw new InvalidDataException("The server split a header block, which this client does not read.");
            case Http2.Headers when (frame.Flags & Http2.EndStream) != 0:
                Answer(frame.Stream, Http2.IsStatusOk(payload), answered);
                break;
            case Http2.ResetStream:
                Answer(frame.Stream, ok: false, answered);
                break;
            case Http2.Settings when (frame.Flags & Http2.Acknowledgement) == 0:
                control.Enqueue(Http2.SettingsAcknowledgement());
                break;
            case Http2.Ping when (frame.Flags & Http2.Acknowledgement) == 0:
                control.Enqueue(Http2.PingAcknowledgement(payload));
                break;
            case Http2.WindowUpdate when frame.Stream == 0:
                Interlocked.Add(ref sendWindow, BinaryPrimitives.ReadInt32BigEndian(payload));
                break;
            case Http2.GoAway:
                throw new InvalidDataException("The server asked to close the connection while it was under load.");
            default:
                break;
        }
    }

    private void Answer(int stream, bool ok, Action<long, bool> answered)
    {
        Interlocked.Decrement(ref inFlight);
        answered(Volatile.Read(ref startedAt[(stream - 1) / 2 % RingSize]), ok);
    }

    private void Replenish(int length)
    {
        consumed += length;
        if (consumed < ReplenishAfter)
            return;
        control.Enqueue(Http2.WindowIncrement((int)consumed));
        consumed = 0;
    }

    private void Reserve(int length)
    {
        if (writeBuffer.Length - written < length)
            Array.Resize(ref writeBuffer, Math.Max(writeBuffer.Length * 2, written + length));
    }
}
