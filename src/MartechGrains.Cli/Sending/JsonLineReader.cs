using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace MartechGrains.Cli.Sending;

/// <summary>
/// Reads lines as bytes: whether they are UTF-8 and JSON is for the server to judge, which keeps what is not.
/// </summary>
public static class JsonLineReader
{
    /// <summary>
    /// Longest line sent, in bytes: far above what a server takes, far below what breaks a gRPC message.
    /// </summary>
    public const int MaxLineSize = 1024 * 1024;

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>
    /// All lines that are not blank, in order. A line longer than <see cref="MaxLineSize"/> is told, not read.
    /// </summary>
    public static async IAsyncEnumerable<JsonLine> ReadAsync(
        Stream stream, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var pipe = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        long number = 0;
        long end = 0;
        var skipping = false;
        while (true)
        {
            var read = await pipe.ReadAsync(cancellation);
            var buffer = read.Buffer;
            while (TakeLine(ref buffer, read.IsCompleted, out var line, out var size))
            {
                end += size;
                number++;
                var tooLong = skipping || line.Length > MaxLineSize;
                skipping = false;
                var content = tooLong ? null : Trim(line, number);
                if (tooLong || content!.Length > 0)
                    yield return new JsonLine(number, content, end);
            }

            if (skipping || buffer.Length > MaxLineSize)
            {
                // What was seen of an over-long line is let go, so that memory stays bounded.
                skipping = true;
                end += buffer.Length;
                buffer = buffer.Slice(buffer.End);
            }

            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (!read.IsCompleted)
                continue;
            if (skipping)
                yield return new JsonLine(number + 1, null, end);
            break;
        }

        await pipe.CompleteAsync();
    }

    private static bool TakeLine(
        ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line, out long size)
    {
        if (buffer.PositionOf((byte)'\n') is { } at)
        {
            line = buffer.Slice(0, at);
            size = line.Length + 1;
            buffer = buffer.Slice(buffer.GetPosition(1, at));
            return true;
        }

        line = buffer;
        size = buffer.Length;
        if (!isLast || buffer.IsEmpty)
            return false;
        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private static ByteString Trim(ReadOnlySequence<byte> line, long number)
    {
        ReadOnlySpan<byte> bytes = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
        if (number == 1 && bytes.StartsWith(ByteOrderMark))
            bytes = bytes[ByteOrderMark.Length..];
        return ByteString.CopyFrom(bytes.Trim(" \t\r"u8));
    }
}
