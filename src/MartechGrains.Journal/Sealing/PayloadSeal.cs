using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Sealing;

/// <summary>
/// Seals the payloads of one fact group with AES-256-GCM under the group's data key, bound to home and group.
/// A sealed payload is: how it was packed (1 byte, authenticated), nonce (12), ciphertext, tag (16). Large
/// payloads are compressed first where that makes them smaller. Not for several threads at a time.
/// </summary>
public sealed class PayloadSeal : IDisposable
{
    /// <summary>Largest payload, in bytes, before sealing; also what opening may unpack to.</summary>
    public const int MaxPayloadBytes = 1 << 20;

    /// <summary>Bytes that sealing adds to a payload that does not compress.</summary>
    public const int Overhead = 1 + DeploymentKey.NonceSize + DeploymentKey.TagSize;

    private const byte Plain = 0;
    private const byte Brotli = 1;
    private const int LengthSize = 3;
    // Measured on small JSON: faster than level 1 and zlib, and smaller.
    private const int BrotliQuality = 2;
    private const int BrotliWindowBits = 18;
    // Below this, packing an event saves a tenth of it for the time that sealing takes three times over.
    private const int MinCompressed = 512;
    private const int BoundSize = IdentifierKey.Size + 5;

    private readonly AesGcm _cipher;

    /// <summary>Creates the seal of one fact group.</summary>
    /// <param name="dataKey">The group's data key, 32 bytes.</param>
    /// <exception cref="ArgumentException">The data key has not 32 bytes.</exception>
    public PayloadSeal(ReadOnlySpan<byte> dataKey)
    {
        if (dataKey.Length != DeploymentKey.KeySize)
        {
            throw new ArgumentException(
                $"A data key has {DeploymentKey.KeySize} bytes, not {dataKey.Length}.", nameof(dataKey));
        }
        _cipher = new AesGcm(dataKey, DeploymentKey.TagSize);
    }

    /// <summary>Seals a payload.</summary>
    /// <exception cref="ArgumentException">The payload is longer than <see cref="MaxPayloadBytes"/>.</exception>
    public byte[] Seal(HomeId home, int group, ReadOnlySpan<byte> payload, RandomFill random)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Overhead + payload.Length);
        try
        {
            return buffer.AsSpan(0, Seal(home, group, payload, random, buffer)).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>As the other overload, into a buffer.</summary>
    /// <param name="home">The home it is bound to.</param>
    /// <param name="group">The group it is bound to.</param>
    /// <param name="payload">What to seal.</param>
    /// <param name="random">Where the nonce comes from.</param>
    /// <param name="destination">Room for the payload and <see cref="Overhead"/>.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentException">The payload is longer than <see cref="MaxPayloadBytes"/>.</exception>
    public int Seal(
        HomeId home, int group, ReadOnlySpan<byte> payload, RandomFill random, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (payload.Length > MaxPayloadBytes)
        {
            throw new ArgumentException(
                $"A payload has {payload.Length} bytes; at most {MaxPayloadBytes} are allowed.", nameof(payload));
        }
        if (payload.Length < MinCompressed)
            return Encrypt(home, group, Plain, payload, random, destination);
        var buffer = ArrayPool<byte>.Shared.Rent(LengthSize + payload.Length);
        try
        {
            return TryCompress(payload, buffer, out var length)
                ? Encrypt(home, group, Brotli, buffer.AsSpan(0, length), random, destination)
                : Encrypt(home, group, Plain, payload, random, destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>The payload inside what sealing it returned for the same home and group.</summary>
    /// <exception cref="SealBrokenException">Another key, home or group, or changed bytes.</exception>
    public byte[] Open(HomeId home, int group, ReadOnlySpan<byte> text)
    {
        if (text.Length < Overhead || text[0] > Brotli)
            throw new SealBrokenException("A sealed payload is too short, or packed in an unknown way.");
        var body = new byte[text.Length - Overhead];
        Span<byte> bound = stackalloc byte[BoundSize];
        Bind(home, group, text[0], bound);
        try
        {
            _cipher.Decrypt(
                text.Slice(1, DeploymentKey.NonceSize),
                text[(1 + DeploymentKey.NonceSize)..^DeploymentKey.TagSize],
                text[^DeploymentKey.TagSize..],
                body,
                bound);
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new SealBrokenException(
                $"A payload of home {home}, group {group} cannot be opened: another key or place, or changed bytes.",
                error);
        }
        return text[0] == Plain ? body : Decompress(body);
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _cipher.Dispose();

    private int Encrypt(
        HomeId home, int group, byte packing, ReadOnlySpan<byte> body, RandomFill random, Span<byte> destination)
    {
        var text = destination[..(Overhead + body.Length)];
        text[0] = packing;
        var nonce = text.Slice(1, DeploymentKey.NonceSize);
        random(nonce);
        Span<byte> bound = stackalloc byte[BoundSize];
        Bind(home, group, packing, bound);
        _cipher.Encrypt(
            nonce,
            body,
            text.Slice(1 + DeploymentKey.NonceSize, body.Length),
            text[^DeploymentKey.TagSize..],
            bound);
        return text.Length;
    }

    private static bool TryCompress(ReadOnlySpan<byte> payload, Span<byte> buffer, out int length)
    {
        // Room for less than the payload: what does not get smaller does not fit.
        var fits = BrotliEncoder.TryCompress(
            payload,
            buffer.Slice(LengthSize, payload.Length - LengthSize - 1),
            out var written,
            BrotliQuality,
            BrotliWindowBits);
        buffer[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[1..], (ushort)payload.Length);
        length = LengthSize + written;
        return fits;
    }

    private static byte[] Decompress(ReadOnlySpan<byte> body)
    {
        var length = body.Length < LengthSize ? -1 : (body[0] << 16) | BinaryPrimitives.ReadUInt16BigEndian(body[1..]);
        if (length is < 0 or > MaxPayloadBytes)
            throw new SealBrokenException($"A sealed payload does not unpack to {MaxPayloadBytes} bytes or less.");
        var payload = new byte[length];
        if (!BrotliDecoder.TryDecompress(body[LengthSize..], payload, out var written) || written != length)
            throw new SealBrokenException("A sealed payload does not unpack to the length it states.");
        return payload;
    }

    private static void Bind(HomeId home, int group, byte packing, Span<byte> bound)
    {
        home.Founder.Write(bound);
        BinaryPrimitives.WriteInt32BigEndian(bound[IdentifierKey.Size..], group);
        bound[^1] = packing;
    }
}
