using System.Security.Cryptography;

namespace MartechGrains.Journal.Sealing;

/// <summary>
/// Random bytes of the operating system's generator, drawn in blocks: drawing twelve of them costs as much as sealing
/// an event. Each byte is handed out once and wiped here. Safe to call from many threads.
/// </summary>
public static class RandomBlock
{
    /// <summary>Bytes drawn at a time, for each thread.</summary>
    public const int Size = 4096;

    [ThreadStatic]
    private static byte[]? _block;

    [ThreadStatic]
    private static int _left;

    /// <summary>Fills a buffer with random bytes; a <see cref="RandomFill"/>.</summary>
    public static void Fill(Span<byte> destination)
    {
        if (destination.Length > Size)
        {
            RandomNumberGenerator.Fill(destination);
            return;
        }
        var block = _block ??= new byte[Size];
        if (_left < destination.Length)
        {
            RandomNumberGenerator.Fill(block);
            _left = Size;
        }
        _left -= destination.Length;
        var taken = block.AsSpan(_left, destination.Length);
        taken.CopyTo(destination);
        CryptographicOperations.ZeroMemory(taken);
    }
}
