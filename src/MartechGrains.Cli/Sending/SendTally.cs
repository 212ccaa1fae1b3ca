using Google.Rpc;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Ingest.V1;

namespace MartechGrains.Cli.Sending;

/// <summary>What has become of the events so far.</summary>
public sealed class SendTally
{
    private readonly SortedDictionary<string, RefusedEvents> _quarantined = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, RefusedEvents> _failed = new(StringComparer.Ordinal);

    /// <summary>Events that are durable and count.</summary>
    public long Accepted { get; private set; }

    /// <summary>Events that had been accepted before.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Events in quarantine, by reason.</summary>
    public IReadOnlyDictionary<string, RefusedEvents> Quarantined => _quarantined;

    /// <summary>Events that were not taken at all, by reason.</summary>
    public IReadOnlyDictionary<string, RefusedEvents> Failed => _failed;

    /// <summary>Events that were answered, or will not be.</summary>
    public long Total => Accepted + Duplicates + Count(_quarantined) + Count(_failed);

    /// <summary>Nothing was refused.</summary>
    public bool IsClean => _quarantined.Count == 0 && _failed.Count == 0;

    /// <summary>Position in the file of the furthest answer, in bytes.</summary>
    public long Position { get; private set; }

    /// <summary>Counts the answer to a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="results">One result per event.</param>
    public void Add(SendBatch batch, IReadOnlyList<EventResult> results)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(results);
        for (var i = 0; i < batch.Lines.Count; i++)
        {
            var result = i < results.Count ? results[i] : null;
            switch (result?.Status)
            {
                case EventResult.Types.Status.Accepted:
                    Accepted++;
                    break;
                case EventResult.Types.Status.Duplicate:
                    Duplicates++;
                    break;
                case EventResult.Types.Status.Quarantined:
                    Count(_quarantined, result.Reason, batch.Lines[i], result.Remedy);
                    break;
                case EventResult.Types.Status.NotKept:
                    Count(_failed, result.Reason, batch.Lines[i], result.Remedy);
                    break;
                default:
                    Count(_failed, "NO_RESULT", batch.Lines[i], "the server answered without a result; send it again.");
                    break;
            }
        }

        Position = Math.Max(Position, batch.End);
    }

    /// <summary>Counts a batch that the server refused as a whole.</summary>
    public void AddFailure(SendBatch batch, Status error)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(error);
        var reason = error.GetDetail<ErrorInfo>()?.Reason ?? StatusReport.CodeName(error.Code);
        foreach (var line in batch.Lines)
            Count(_failed, reason, line, error.Message);
        Position = Math.Max(Position, batch.End);
    }

    /// <summary>Counts a line that cannot be sent.</summary>
    public void AddTooLong(JsonLine line) => Count(
        _failed, "EVENT_TOO_LARGE", line.Number, $"not sent: longer than {JsonLineReader.MaxLineSize} bytes.");

    private static long Count(SortedDictionary<string, RefusedEvents> refused) =>
        refused.Values.Sum(events => events.Count);

    private static void Count(
        SortedDictionary<string, RefusedEvents> refused, string reason, long line, string remedy)
    {
        refused[reason] = refused.TryGetValue(reason, out var before)
            ? before with { Count = before.Count + 1, FirstLine = Math.Min(before.FirstLine, line) }
            : new RefusedEvents(1, line, remedy);
    }
}

/// <summary>Events refused for one reason.</summary>
/// <param name="Count">How many.</param>
/// <param name="FirstLine">Line number of the first.</param>
/// <param name="Remedy">What to do, as told for one of them.</param>
public sealed record RefusedEvents(long Count, long FirstLine, string Remedy);
