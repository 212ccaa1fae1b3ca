using System.Globalization;

namespace MartechGrains.Core.Identity.Policy;

/// <summary>Why a text is no <see cref="NamespacePolicy.LimitWindow"/>.</summary>
public enum WindowFault
{
    /// <summary>It is one.</summary>
    None = 0,

    /// <summary>Not a whole number and a unit.</summary>
    Form = 1,

    /// <summary>The unit is none of s, m, h and d.</summary>
    Unit = 2,

    /// <summary>A window of zero holds nothing.</summary>
    Zero = 3,

    /// <summary>Longer than <see cref="NamespacePolicy.MaxLimitWindow"/>.</summary>
    TooLong = 4,
}

/// <summary>How people write a <see cref="NamespacePolicy.LimitWindow"/>: <c>7d</c>, <c>12h</c>.</summary>
public static class WindowText
{
    private static readonly (char Unit, long Milliseconds)[] Units =
        [('d', 86_400_000), ('h', 3_600_000), ('m', 60_000), ('s', 1000)];

    /// <summary>Reads a whole number followed by s, m, h or d.</summary>
    /// <param name="text">The text.</param>
    /// <param name="window">The milliseconds; 0 where it is no window.</param>
    public static WindowFault Read(string text, out long window)
    {
        ArgumentNullException.ThrowIfNull(text);
        window = 0;
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits < 1)
            return WindowFault.Form;
        var unit = Array.Find(Units, u => text.AsSpan(digits).SequenceEqual([u.Unit])).Milliseconds;
        if (unit == 0)
            return WindowFault.Unit;
        if (!long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > NamespacePolicy.MaxLimitWindow / unit)
            return WindowFault.TooLong;
        window = number * unit;
        return number == 0 ? WindowFault.Zero : WindowFault.None;
    }

    /// <summary>The window in its largest whole unit; in <c>ms</c>, which is not read, where it has none.</summary>
    public static string Of(long window)
    {
        var (unit, length) = Array.Find(Units, u => window % u.Milliseconds == 0);
        return length == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{window}ms")
            : string.Create(CultureInfo.InvariantCulture, $"{window / length}{unit}");
    }
}
