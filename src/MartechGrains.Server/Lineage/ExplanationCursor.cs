using System.Globalization;
using MartechGrains.Core.Events;
using MartechGrains.Core.Time;

namespace MartechGrains.Server.Lineage;

/// <summary>
/// Where a page of an explanation ended: at an event, so that what is accepted between two pages neither repeats nor
/// hides another.
/// </summary>
/// <param name="AsOf">The moment that is explained.</param>
/// <param name="After">The last event of the page.</param>
internal readonly record struct ExplanationCursor(EventTime AsOf, EventHash After)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static ExplanationCursor Parse(string text)
    {
        var parts = text.Split('.');
        return new ExplanationCursor(
            new EventTime(long.Parse(parts[0], CultureInfo.InvariantCulture)),
            new EventHash(UInt128.Parse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)));
    }

    /// <summary>The cursor as text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{AsOf}.{After}");
}
