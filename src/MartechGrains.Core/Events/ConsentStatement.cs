using System.Text;

namespace MartechGrains.Core.Events;

/// <summary>What an event says a person agreed to, or refused.</summary>
/// <param name="Purpose">
/// What the data may be used for: 1 to <see cref="MaxPurposeLength"/> lower-case letters, digits, <c>_</c> and
/// <c>.</c>, all ASCII.
/// </param>
/// <param name="IsGranted">Whether it may; if not, that was refused.</param>
public readonly record struct ConsentStatement(string Purpose, bool IsGranted) : IComparable<ConsentStatement>
{
    /// <summary>Longest purpose.</summary>
    public const int MaxPurposeLength = 64;

    /// <summary>Whether a text is a purpose as statements and lookups name it.</summary>
    public static bool IsPurpose(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= MaxPurposeLength
            && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '.');
    }

    /// <summary>Reads a purpose in any case; null where the text is none.</summary>
    public static string? ReadPurpose(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Only ASCII has a lower case here: Unicode's would turn the Kelvin sign into a k.
        if (text.Length is 0 or > MaxPurposeLength || !Ascii.IsValid(text))
            return null;
        var lower = text.ToLowerInvariant();
        return IsPurpose(lower) ? lower : null;
    }

    /// <summary>By purpose; a refusal before a grant.</summary>
    public int CompareTo(ConsentStatement other)
    {
        var byPurpose = string.CompareOrdinal(Purpose, other.Purpose);
        return byPurpose != 0 ? byPurpose : IsGranted.CompareTo(other.IsGranted);
    }

    /// <summary>Order of <see cref="CompareTo"/>.</summary>
    public static bool operator <(ConsentStatement left, ConsentStatement right) => left.CompareTo(right) < 0;

    /// <summary>Order of <see cref="CompareTo"/>.</summary>
    public static bool operator >(ConsentStatement left, ConsentStatement right) => left.CompareTo(right) > 0;

    /// <summary>Order of <see cref="CompareTo"/>.</summary>
    public static bool operator <=(ConsentStatement left, ConsentStatement right) => left.CompareTo(right) <= 0;

    /// <summary>Order of <see cref="CompareTo"/>.</summary>
    public static bool operator >=(ConsentStatement left, ConsentStatement right) => left.CompareTo(right) >= 0;
}
