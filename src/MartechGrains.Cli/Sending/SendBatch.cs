using MartechGrains.Protocol.Ingest.V1;

namespace MartechGrains.Cli.Sending;

/// <summary>Some events of a file under one number.</summary>
/// <param name="Request">What is sent.</param>
/// <param name="Lines">The line number of each event.</param>
/// <param name="End">Position in the file after the last of them, in bytes.</param>
public sealed record SendBatch(StreamEventsRequest Request, IReadOnlyList<long> Lines, long End);
