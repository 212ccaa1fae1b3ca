using System.Buffers.Binary;
using System.Text;

namespace MartechGrains.LoadTests.Driving;

/// <summary>The little of HTTP/2 (RFC 9113) and HPACK (RFC 7541) that a measuring client needs.</summary>
public static class Http2
{
    /// <summary>Send window of a new connection, in bytes.</summary>
    public const int DefaultWindow = 65_535;

    /// <summary>Bytes of a frame's header.</summary>
    public const int FrameHeaderLength = 9;

    /// <summary>Bytes before a gRPC message: a compression flag and the length.</summary>
    public const int MessagePrefixLength = 5;

    /// <summary>Frame type DATA.</summary>
    public const byte Data = 0;

    /// <summary>Frame type HEADERS.</summary>
    public const byte Headers = 1;

    /// <summary>Frame type RST_STREAM.</summary>
    public const byte ResetStream = 3;

    /// <summary>Frame type SETTINGS.</summary>
    public const byte Settings = 4;

    /// <summary>Frame type PING.</summary>
    public const byte Ping = 6;

    /// <summary>Frame type GOAWAY.</summary>
    public const byte GoAway = 7;

    /// <summary>Frame type WINDOW_UPDATE.</summary>
    public const byte WindowUpdate = 8;

    /// <summary>Flag END_STREAM of DATA and HEADERS.</summary>
    public const byte EndStream = 1;

    /// <summary>Flag ACK of SETTINGS and PING.</summary>
    public const byte Acknowledgement = 1;

    /// <summary>Flag END_HEADERS of HEADERS.</summary>
    public const byte EndHeaders = 4;

    private const int WidestWindow = int.MaxValue;

    /// <summary>A frame's header.</summary>
    public readonly record struct Frame(int Length, byte Type, byte Flags, int Stream);

    /// <summary>
    /// What a client begins with: the preface; settings that switch off push and the server's header compression, so
    /// that a trailer always has the same bytes; and the widest windows.
    /// </summary>
    public static byte[] Preface()
    {
        var settings = new byte[18];
        WriteSetting(settings.AsSpan(0), 1, 0);
        WriteSetting(settings.AsSpan(6), 2, 0);
        WriteSetting(settings.AsSpan(12), 4, WidestWindow);
        return
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
            .. NewFrame(Settings, 0, 0, settings),
            .. WindowIncrement(WidestWindow - DefaultWindow),
        ];
    }

    /// <summary>The answer to SETTINGS.</summary>
    public static byte[] SettingsAcknowledgement() => NewFrame(Settings, Acknowledgement, 0, []);

    /// <summary>The answer to PING.</summary>
    public static byte[] PingAcknowledgement(ReadOnlySpan<byte> payload) =>
        NewFrame(Ping, Acknowledgement, 0, payload);

    /// <summary>A widening of the connection's receive window.</summary>
    public static byte[] WindowIncrement(int bytes)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(payload, bytes);
        return NewFrame(WindowUpdate, 0, 0, payload);
    }

    /// <summary>
    /// The header block of a connection's first call. It puts path, authority, content-type and te into the server's
    /// dynamic table, where later calls find them at 65, 64, 63 and 62.
    /// </summary>
    public static byte[] FirstRequestHeaders(string authority, string path) =>
    [
        0x83, 0x86,
        0x44, .. Text(path),
        0x41, .. Text(authority),
        0x5F, .. Text("application/grpc"),
        0x40, .. Text("te"), .. Text("trailers"),
    ];

    /// <summary>Whether a trailer says <c>grpc-status: 0</c>.</summary>
    public static bool IsStatusOk(ReadOnlySpan<byte> headerBlock) =>
        headerBlock.IndexOf("\u000bgrpc-status\u00010"u8) >= 0;

    /// <summary>Writes a whole frame and returns its length.</summary>
    public static int WriteFrame(Span<byte> target, byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        WriteFrameHeader(target, payload.Length, type, flags, stream);
        payload.CopyTo(target[FrameHeaderLength..]);
        return FrameHeaderLength + payload.Length;
    }

    /// <summary>Writes a frame's header.</summary>
    public static void WriteFrameHeader(Span<byte> target, int length, byte type, byte flags, int stream)
    {
        BinaryPrimitives.WriteInt32BigEndian(target, length << 8);
        target[3] = type;
        target[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(target[5..], stream);
    }

    /// <summary>Reads a frame's header.</summary>
    public static Frame ReadFrameHeader(ReadOnlySpan<byte> source) => new(
        (int)(BinaryPrimitives.ReadUInt32BigEndian(source) >> 8),
        source[3],
        source[4],
        BinaryPrimitives.ReadInt32BigEndian(source[5..]) & int.MaxValue);

    private static byte[] NewFrame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeaderLength + payload.Length];
        WriteFrame(frame, type, flags, stream, payload);
        return frame;
    }

    private static void WriteSetting(Span<byte> target, ushort id, int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, id);
        BinaryPrimitives.WriteInt32BigEndian(target[2..], value);
    }

    private static byte[] Text(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        // Longer texts need a longer length prefix; no method of ours has one.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, 126, nameof(text));
        return [(byte)bytes.Length, .. bytes];
    }
}
