using System.Globalization;
using Google.Protobuf;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Contracts;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Server.Activation;

namespace MartechGrains.Server.Operations;

/// <summary>Quarantined events as the protos give them, and the tokens of their pages.</summary>
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

    public static string TokenOf(QuarantineCursor cursor) =>
        string.Create(CultureInfo.InvariantCulture, $"{cursor.ReceivedAt}.{cursor.Id:n}");

    public static bool TryRead(string token, out QuarantineCursor? cursor)
    {
        cursor = null;
        if (token.Length == 0) return true;
        var parts = token.Split('.');
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var receivedAt)
            || !Guid.TryParseExact(parts[1], "n", out var id))
            return false;
        cursor = new QuarantineCursor(new IngestTime(receivedAt), id);
        return true;
    }
}
