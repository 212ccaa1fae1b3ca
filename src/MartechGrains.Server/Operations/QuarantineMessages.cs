using System.Globalization;
using Google.Protobuf;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Server.Activation;

namespace MartechGrains.Server.Operations;

/// <summary>Quarantined events as the protos give them, and where their pages end.</summary>
internal static class QuarantineMessages
{
    public static QuarantinedEvent Of(QuarantineRow row)
    {
        var split = row.Detail.IndexOf("; ", StringComparison.Ordinal);
        return new QuarantinedEvent
        {
            QuarantineId = row.Id.ToString(),
            Source = row.Source,
            EventId = row.EventId,
            ReceivedAt = FeatureMessages.Instant(row.ReceivedAt),
            Reason = row.Reason,
            Field = row.Field,
            Detail = split < 0 ? row.Detail : row.Detail[..split],
            Remedy = split < 0 ? "" : row.Detail[(split + 2)..],
            Raw = ByteString.CopyFrom(row.Raw.Span),
        };
    }

    /// <summary>Where a page ended, as text.</summary>
    public static string PlaceOf(QuarantineCursor cursor) =>
        string.Create(CultureInfo.InvariantCulture, $"{cursor.ReceivedAt}.{cursor.Id:n}");

    /// <summary>Reads what <see cref="PlaceOf"/> wrote.</summary>
    public static QuarantineCursor CursorOf(string place)
    {
        var parts = place.Split('.');
        return new QuarantineCursor(
            new IngestTime(long.Parse(parts[0], CultureInfo.InvariantCulture)), Guid.ParseExact(parts[1], "n"));
    }
}
