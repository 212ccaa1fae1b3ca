namespace MartechGrains.Core.Facts;

/// <summary>An ISO 4217 code in two bytes: 0 for none, else 1 + the letters as a number to the base of 26.</summary>
/// <param name="Value">The packed code; ordered like the letters, none first.</param>
public readonly record struct CurrencyCode(ushort Value) : IComparable<CurrencyCode>
{
    /// <summary>Largest packed code, <c>ZZZ</c>.</summary>
    public const ushort MaxValue = 26 * 26 * 26;

    /// <summary>No currency.</summary>
    public static CurrencyCode None => default;

    /// <summary>True where there is no currency.</summary>
    public bool IsNone => Value == 0;

    /// <summary>Reads the empty text or three letters A to Z.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CurrencyCode code)
    {
        code = default;
        if (text.IsEmpty)
            return true;
        if (text.Length != 3)
            return false;
        var value = 0;
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterUpper(letter))
                return false;
            value = (value * 26) + (letter - 'A');
        }

        code = new CurrencyCode((ushort)(value + 1));
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(CurrencyCode other) => Value.CompareTo(other.Value);

    /// <summary>The three letters, or the empty text.</summary>
    public override string ToString()
    {
        if (IsNone)
            return "";
        var value = Value - 1;
        return string.Create(3, value, static (letters, number) =>
        {
            letters[0] = (char)('A' + (number / 676));
            letters[1] = (char)('A' + (number / 26 % 26));
            letters[2] = (char)('A' + (number % 26));
        });
    }

    /// <summary>Order of the letters.</summary>
    public static bool operator <(CurrencyCode left, CurrencyCode right) => left.Value < right.Value;

    /// <summary>Order of the letters.</summary>
    public static bool operator >(CurrencyCode left, CurrencyCode right) => left.Value > right.Value;

    /// <summary>Order of the letters.</summary>
    public static bool operator <=(CurrencyCode left, CurrencyCode right) => left.Value <= right.Value;

    /// <summary>Order of the letters.</summary>
    public static bool operator >=(CurrencyCode left, CurrencyCode right) => left.Value >= right.Value;
}
