using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MartechGrains.Core.Events;
using MartechGrains.Core.Time;
using MartechGrains.Server.Messages;

namespace MartechGrains.Server.Lineage;

/// <summary>
/// Where a page of an explanation ended: at an event, so that what is accepted between two pages neither repeats nor
/// hides another. It goes with one profile key and field only.
/// </summary>
/// <param name="AsOf">The moment that is explained.</param>
/// <param name="After">The last event of the page.</param>
internal readonly record struct ExplanationCursor(EventTime AsOf, EventHash After)
{
    private const int HashDigits = 32;

    /// <summary>Reads a token that <see cref="ToToken"/> gave for the same key and field.</summary>
    public static bool TryParse(string token, RequestedKey key, string field, out ExplanationCursor cursor)
    {
        cursor = default;
        var parts = token.Split('.');
        if (parts.Length != 3 || parts[1].Length != HashDigits
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var asOf)
            || asOf > Moments.MostMilliseconds
            || !UInt128.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var after)
            || parts[2] != Binding(key, field))
            return false;
        cursor = new ExplanationCursor(new EventTime(asOf), new EventHash(after));
        return true;
    }

    /// <summary>The token that leads to the next page.</summary>
    public string ToToken(RequestedKey key, string field) =>
        string.Create(CultureInfo.InvariantCulture, $"{AsOf}.{After}.{Binding(key, field)}");

    private static string Binding(RequestedKey key, string field)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{key.Key} {key.ById} {field}"));
        return BinaryPrimitives.ReadUInt64BigEndian(hash).ToString("x16", CultureInfo.InvariantCulture);
    }
}
