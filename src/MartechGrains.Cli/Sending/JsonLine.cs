using Google.Protobuf;

namespace MartechGrains.Cli.Sending;

/// <summary>One line of a file.</summary>
/// <param name="Number">1 for the first line.</param>
/// <param name="Content">Its bytes without the line end; null where the line is longer than allowed.</param>
/// <param name="End">Position in the file after it, in bytes.</param>
public readonly record struct JsonLine(long Number, ByteString? Content, long End);
