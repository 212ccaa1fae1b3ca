using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Time;

namespace MartechGrains.Journal.Contracts;

/// <summary>A refused event, and why it was refused.</summary>
/// <param name="Id">Stable id: made from source, event id or raw bytes, and reason.</param>
/// <param name="Source">The source.</param>
/// <param name="EventId">The event's id, where it could be read, else empty.</param>
/// <param name="ReceivedAt">When it was received.</param>
/// <param name="Reason">Stable reason code, such as <c>EVENT_TIME_IN_FUTURE</c>.</param>
/// <param name="Field">The field at fault, such as <c>timestamp</c>; may be empty.</param>
/// <param name="Detail">What was wrong, without personal data.</param>
/// <param name="Raw">The event's bytes as they arrived; empty in lists.</param>
public sealed record QuarantineRow(
    Guid Id,
    string Source,
    string EventId,
    IngestTime ReceivedAt,
    string Reason,
    string Field,
    string Detail,
    ReadOnlyMemory<byte> Raw)
{
    /// <summary>
    /// The row of an event that is refused, or that counts no more. The same event refused for the same reason has the
    /// same id, so repeats are kept once.
    /// </summary>
    /// <param name="reason">The event and why.</param>
    /// <param name="receivedAt">When it was received.</param>
    public static QuarantineRow Of(QuarantineReason reason, IngestTime receivedAt)
    {
        ArgumentNullException.ThrowIfNull(reason);
        return new QuarantineRow(
            IdOf(reason), reason.Source, reason.EventId, receivedAt, reason.Code, reason.Field,
            $"{reason.Kind}; {reason.Remedy}", reason.Raw);
    }

    private static Guid IdOf(QuarantineReason reason)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(Encoding.UTF8.GetBytes(reason.Source));
        Append(Encoding.UTF8.GetBytes(reason.EventId));
        Append(Encoding.UTF8.GetBytes(reason.Code));
        Append(reason.Raw.Span);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new Guid(digest[..16], bigEndian: true);

        void Append(ReadOnlySpan<byte> part)
        {
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            hash.AppendData(length);
            hash.AppendData(part);
        }
    }
}
