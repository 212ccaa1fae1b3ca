namespace MartechGrains.Core.Events.Json;

/// <summary>
/// Reads ISO 8601 instants as producers write them: <c>YYYY-MM-DD[(T| )HH:MM[:SS[.fraction]][Z|±HH[[:]MM]]]</c>.
/// Without an offset it is UTC. Fractions beyond milliseconds are cut off. <c>24:00</c> is the end of the day, and a
/// second of 60 is a leap second (RFC 3339, 5.6 and 5.7). No other notation, and no locale, is guessed.
/// </summary>
internal static class IsoTimestamp
{
    private const int MaxLength = 64;
    private const int LeapSecond = 60;
    private const int MinutesOfDay = 24 * 60;

    /// <summary>Reads an instant as milliseconds since 1970 UTC.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long milliseconds) =>
        TryParse(text, out milliseconds, out _);

    /// <summary>Reads an instant as milliseconds since 1970 UTC, and whether it names its offset from UTC.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long milliseconds, out bool hasOffset)
    {
        (milliseconds, hasOffset) = (0, false);
        text = text.Trim();
        if (text.Length is < 10 or > MaxLength)
            return false;
        if (!Number(text, 0, 4, out var year) || text[4] != '-' || !Number(text, 5, 2, out var month)
            || text[7] != '-' || !Number(text, 8, 2, out var day))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        if (!TryParseTime(text[10..], out var time, out hasOffset))
            return false;
        var date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc) - DateTime.UnixEpoch;
        milliseconds = (date.Ticks / TimeSpan.TicksPerMillisecond) + time;
        return milliseconds <= EventLimits.MaxTime;
    }

    private static bool TryParseTime(ReadOnlySpan<char> text, out long milliseconds, out bool hasOffset)
    {
        (milliseconds, hasOffset) = (0, false);
        if (text.IsEmpty)
            return true;
        if (text.Length < 6 || text[0] is not ('T' or 't' or ' ') || text[3] != ':'
            || !Number(text, 1, 2, out var hour) || !Number(text, 4, 2, out var minute) || hour > 24 || minute > 59)
            return false;
        var second = 0;
        var at = 6;
        var fraction = 0;
        if (at < text.Length && text[at] == ':')
        {
            if (!Number(text, at + 1, 2, out second) || second > LeapSecond)
                return false;
            at += 3;
            if (at < text.Length && text[at] is '.' or ',' && !Fraction(text, ref at, out fraction))
                return false;
        }

        // The end of a day may be written as the 24th hour, and nothing else may.
        if (hour == 24 && (minute | second | fraction) != 0)
            return false;
        hasOffset = at < text.Length;
        if (!Offset(text[at..], out var offsetMinutes))
            return false;
        if (second == LeapSecond)
        {
            // Only the last minute of a day in UTC has one. It is told as the end of the second before it: the clocks
            // here have none, and it belongs to that day.
            if (((hour * 60) + minute - offsetMinutes + MinutesOfDay) % MinutesOfDay != MinutesOfDay - 1)
                return false;
            (second, fraction) = (LeapSecond - 1, 999);
        }

        milliseconds = (((((hour * 60L) + minute - offsetMinutes) * 60) + second) * 1000) + fraction;
        return true;
    }

    private static bool Fraction(ReadOnlySpan<char> text, ref int at, out int milliseconds)
    {
        milliseconds = 0;
        var weight = 100;
        var start = ++at;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++, weight /= 10)
            milliseconds += (text[at] - '0') * weight;
        return at > start;
    }

    private static bool Offset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text.IsEmpty || text is "Z" or "z")
            return true;
        if (text[0] is not ('+' or '-') || !Number(text, 1, 2, out var hours) || hours > 23)
            return false;
        var rest = text[3..];
        var offsetMinutes = 0;
        if (rest.Length > 0 && rest[0] == ':')
        {
            rest = rest[1..];
            if (rest.IsEmpty)
                return false;
        }

        if (!rest.IsEmpty && (rest.Length != 2 || !Number(rest, 0, 2, out offsetMinutes) || offsetMinutes > 59))
            return false;
        minutes = ((hours * 60) + offsetMinutes) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Number(ReadOnlySpan<char> text, int start, int length, out int value)
    {
        value = 0;
        if (text.Length < start + length)
            return false;
        foreach (var c in text.Slice(start, length))
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = (value * 10) + (c - '0');
        }

        return true;
    }
}
