using System.Collections.Frozen;

namespace MartechGrains.Core.Events.Cleaning;

/// <summary>ISO 4217: how many decimal places the minor unit of a currency stands for.</summary>
public static class Iso4217
{
    private const int UsualExponent = 2;

    private static readonly FrozenDictionary<string, int> UnusualExponents = new Dictionary<string, int>(
        StringComparer.Ordinal)
    {
        ["BIF"] = 0,
        ["CLP"] = 0,
        ["DJF"] = 0,
        ["GNF"] = 0,
        ["ISK"] = 0,
        ["JPY"] = 0,
        ["KMF"] = 0,
        ["KRW"] = 0,
        ["PYG"] = 0,
        ["RWF"] = 0,
        ["UGX"] = 0,
        ["UYI"] = 0,
        ["VND"] = 0,
        ["VUV"] = 0,
        ["XAF"] = 0,
        ["XOF"] = 0,
        ["XPF"] = 0,
        ["BHD"] = 3,
        ["IQD"] = 3,
        ["JOD"] = 3,
        ["KWD"] = 3,
        ["LYD"] = 3,
        ["OMR"] = 3,
        ["TND"] = 3,
        ["CLF"] = 4,
        ["UYW"] = 4,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Brings a code into upper case; false where it is not three ASCII letters.</summary>
    public static bool TryNormalise(string text, out string code)
    {
        ArgumentNullException.ThrowIfNull(text);
        code = "";
        if (text.Length != 3 || !text.All(char.IsAsciiLetter))
            return false;
        code = text.ToUpperInvariant();
        return true;
    }

    /// <summary>Decimal places of the minor unit: 2 for euro and dollar cents, 0 for yen, 3 for Kuwaiti fils.</summary>
    /// <param name="code">A code in upper case. Codes that are not of the table have 2.</param>
    public static int Exponent(string code) => UnusualExponents.GetValueOrDefault(code, UsualExponent);
}
