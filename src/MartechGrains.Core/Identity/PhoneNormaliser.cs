using PhoneNumbers;

namespace MartechGrains.Core.Identity;

/// <summary>
/// Telephone numbers to E.164. A number counts when its length is possible in its country; whether its range is in use
/// today is not asked, since numbering plans change and an identifier must not.
/// </summary>
internal static class PhoneNormaliser
{
    private const string Kind = "telephone number";
    private static readonly PhoneNumberUtil Numbers = PhoneNumberUtil.GetInstance();

    public static bool IsKnownRegion(string region) => Numbers.GetSupportedRegions().Contains(region);

    public static NormaliseResult Normalise(NamespacePolicy policy, string trimmed)
    {
        PhoneNumber number;
        try
        {
            number = Numbers.Parse(trimmed, policy.DefaultRegion);
        }
        catch (NumberParseException e)
        {
            return e.ErrorType == ErrorType.INVALID_COUNTRY_CODE
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

        return Numbers.IsPossibleNumberWithReason(number) == PhoneNumberUtil.ValidationResult.IS_POSSIBLE
            ? NormaliseResult.Normalised(policy.Name, Numbers.Format(number, PhoneNumberFormat.E164))
            : Invalid(policy, InvalidIdentifierReason.PhoneLength,
                "Send the whole number with its country code; its length does not exist in its country.");
    }

    private static NormaliseResult Invalid(NamespacePolicy policy, InvalidIdentifierReason reason, string remedy) =>
        IdentifierNormaliser.Invalid(policy.Name, reason, Kind, remedy);
}
