using System.Collections.Frozen;

namespace MartechGrains.Core.Events.Cleaning;

/// <summary>
/// ISO 4217: which codes are of money, and how many decimal places the minor unit of each stands for. The codes are
/// those in force (list one, as amended to 2025) and, since old events are read too, those withdrawn since 2010 (list
/// three). Those that are of no money are left out: metals, bond units, <c>XTS</c> and <c>XXX</c>.
/// </summary>
public static class Iso4217
{
    private const int UsualExponent = 2;

    private const string InForce =
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE "
        + "CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF "
        + "GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR "
        + "LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN "
        + "PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS "
        + "TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR "
        + "ZMW ZWG";

    private const string Withdrawn =
        "ANG BGN BYR CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL";

    private static readonly FrozenSet<string> Codes =
        InForce.Split(' ').Concat(Withdrawn.Split(' ')).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, int> UnusualExponents = new Dictionary<string, int>(
        StringComparer.Ordinal)
    {
        ["BIF"] = 0,
        ["BYR"] = 0,
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

    /// <summary>Brings a code into upper case; false where it is of no money.</summary>
    public static bool TryNormalise(string text, out string code)
    {
        ArgumentNullException.ThrowIfNull(text);
        code = "";
        if (text.Length != 3 || !text.All(char.IsAsciiLetter))
            return false;
        var upper = text.ToUpperInvariant();
        if (!Codes.Contains(upper))
            return false;
        code = upper;
        return true;
    }

    /// <summary>Decimal places of the minor unit: 2 for euro and dollar cents, 0 for yen, 3 for Kuwaiti fils.</summary>
    /// <param name="code">A code in upper case. Those without an entry of their own have 2.</param>
    public static int Exponent(string code) => UnusualExponents.GetValueOrDefault(code, UsualExponent);
}
