using System.Globalization;
using System.Text;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Identity.Normalisation;

/// <summary>
/// E-mail addresses: NFC and lower case, the domain in ASCII, without <c>mailto:</c>. Dots and plus tags stay, since
/// only some providers ignore them. Quoted local parts with white space, comments and address literals are refused.
/// </summary>
internal static class EmailNormaliser
{
    /// <summary>RFC 5321: 64 octets before the @, 253 characters of domain, 254 in all.</summary>
    private const int MaxLocalBytes = 64;
    private const int MaxDomainLength = 253;
    private const int MaxAddressBytes = 254;
    private const int MaxLabelLength = 63;
    private const string Kind = "e-mail address";
    private const string Scheme = "mailto:";

    public static NormaliseResult Normalise(NamespacePolicy policy, string trimmed)
    {
        var text = IdentifierNormaliser.Lowercase(trimmed);
        while (text.StartsWith(Scheme, StringComparison.Ordinal))
            text = text[Scheme.Length..].TrimStart();
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 || text.IndexOf('@', at + 1) >= 0)
        {
            return IdentifierNormaliser.Invalid(policy.Name, InvalidIdentifierReason.EmailForm, Kind,
                "Send one address of the form local@domain.");
        }

        var local = text[..at];
        if (local.Length == 0 || Encoding.UTF8.GetByteCount(local) > MaxLocalBytes || local.Any(char.IsWhiteSpace))
        {
            return IdentifierNormaliser.Invalid(policy.Name, InvalidIdentifierReason.EmailLocalPart, Kind,
                $"Before the @ stand 1 to {MaxLocalBytes} bytes without white space.");
        }

        var domain = ToAscii(text[(at + 1)..]);
        if (domain is null)
        {
            return IdentifierNormaliser.Invalid(policy.Name, InvalidIdentifierReason.EmailDomain, Kind,
                "After the @ stands a domain name with a dot, such as example.com.");
        }

        var address = $"{local}@{domain}";
        return Encoding.UTF8.GetByteCount(address) > MaxAddressBytes
            ? IdentifierNormaliser.Invalid(policy.Name, InvalidIdentifierReason.TooLong, Kind,
                $"An address has at most {MaxAddressBytes} bytes.")
            : NormaliseResult.Normalised(policy.Name, address);
    }

    private static string? ToAscii(string domain)
    {
        if (!Ascii.IsValid(domain))
        {
            try
            {
                domain = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(domain).ToLowerInvariant();
            }
            catch (ArgumentException)
            {
                return null;
            }
        }

        return IsHostName(domain) ? domain : null;
    }

    private static bool IsHostName(string domain)
    {
        if (domain.Length is 0 or > MaxDomainLength || !domain.Contains('.', StringComparison.Ordinal))
            return false;
        foreach (var range in domain.AsSpan().Split('.'))
        {
            var label = domain.AsSpan(range);
            if (label.Length is 0 or > MaxLabelLength || label[0] == '-' || label[^1] == '-')
                return false;
            foreach (var c in label)
            {
                if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                    return false;
            }
        }

        return true;
    }
}
