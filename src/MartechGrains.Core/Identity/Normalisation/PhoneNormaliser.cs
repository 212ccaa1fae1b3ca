using System.Diagnostics.CodeAnalysis;
using MartechGrains.Core.Identity.Policy;
using PhoneNumbers;

namespace MartechGrains.Core.Identity.Normalisation;

/// <summary>
/// Telephone numbers to E.164. A number counts when its length is possible in its country; whether its range is in use
/// today is not asked, since numbering plans change and an identifier must not.
/// </summary>
internal static class PhoneNormaliser
{
    private const string Kind = "telephone number";
    private static readonly PhoneNumberUtil Numbers = PhoneNumberUtil.GetInstance();

    public static NormaliseResult Normalise(NamespacePolicy policy, string trimmed)
    {
        if (!TryParse(trimmed, policy.DefaultRegion, out var number, out var fault))
        {
            return fault == ErrorType.INVALID_COUNTRY_CODE
                ? Invalid(policy, InvalidIdentifierReason.PhoneCountry,
                    "Send the number with + and its country code, or set defaultRegion of the namespace.")
                : Invalid(policy, InvalidIdentifierReason.PhoneForm,
                    "Send a telephone number such as +442079460000.");
        }

        if (number.HasExtension)
        {
            return Invalid(policy, InvalidIdentifierReason.PhoneExtension,
                "Leave the extension out, if the number alone names the person.");
        }

        var text = Numbers.Format(number, PhoneNumberFormat.E164);
        if (Numbers.IsPossibleNumberWithReason(number) != PhoneNumberUtil.ValidationResult.IS_POSSIBLE
            || !IsStable(text, trimmed))
        {
            return Invalid(policy, InvalidIdentifierReason.PhoneLength,
                "Send the whole number with its country code; no such number exists in its country.");
        }

        return NormaliseResult.Normalised(policy.Name, text);
    }

    /// <summary>
    /// Zeros too many, which parsing takes off one at a time, would leave a number with two spellings.
    /// </summary>
    private static bool IsStable(string text, string given) =>
        string.Equals(text, given, StringComparison.Ordinal)
        || (TryParse(text, null, out var again, out _) && Numbers.Format(again, PhoneNumberFormat.E164) == text);

    private static bool TryParse(
        string text, string? region, [NotNullWhen(true)] out PhoneNumber? number, out ErrorType fault)
    {
        try
        {
            (number, fault) = (Numbers.Parse(text, region), default);
            return true;
        }
        catch (NumberParseException e)
        {
            (number, fault) = (null, e.ErrorType);
            return false;
        }
    }

    private static NormaliseResult Invalid(NamespacePolicy policy, InvalidIdentifierReason reason, string remedy) =>
        IdentifierNormaliser.Invalid(policy.Name, reason, Kind, remedy);
}
