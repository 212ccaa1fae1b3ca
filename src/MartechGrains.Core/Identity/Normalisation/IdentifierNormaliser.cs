using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Core.Identity.Normalisation;

/// <summary>
/// Brings the values of identifiers into one spelling per namespace, before anything else looks at them. Normalising
/// twice is the same as once.
/// </summary>
public static class IdentifierNormaliser
{
    /// <summary>Longest value of an identifier, in UTF-16 units.</summary>
    public const int MaxValueLength = 256;

    /// <summary>Longest text looked at before normalising, in UTF-16 units.</summary>
    public const int MaxRawLength = 1024;

    private const string OpaqueKind = "identifier";
    private const string EmailNamespace = "email";

    /// <summary>
    /// Normalises one value. A value that the policy blocks as it stands, such as <c>null</c> in an e-mail field, comes
    /// back trimmed rather than as an error: it is evidence that links nothing, and need not cost the whole event.
    /// </summary>
    /// <param name="policy">The policy; its namespace says how.</param>
    /// <param name="name">The namespace; an unknown one is an error in the result.</param>
    /// <param name="value">The value as the source gave it.</param>
    public static NormaliseResult Normalise(IdentityPolicy policy, string name, string value)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (!policy.TryGet(name, out var found))
        {
            return Invalid(name, InvalidIdentifierReason.UnknownNamespace, "namespace",
                "Use a namespace of the identity policy, or add this one to it.");
        }

        if (value.Length > MaxRawLength)
            return TooLong(name);
        if (!IsValidUnicode(value))
        {
            return Invalid(name, InvalidIdentifierReason.InvalidUnicode, OpaqueKind,
                "Send valid UTF-8; a surrogate without its other half is none.");
        }

        if (found.Normaliser == NormaliserKind.Verbatim)
            return Bounded(name, value);
        var trimmed = InvisibleCharacters.Remove(value).Trim();
        if (trimmed.Length == 0)
            return Empty(name);
        if (HasControl(trimmed))
        {
            return Invalid(name, InvalidIdentifierReason.ControlCharacter, OpaqueKind,
                "Remove control characters, such as tabs and line ends, from inside the value.");
        }

        if (trimmed.Length <= MaxValueLength && policy.IsBlocked(found, trimmed))
            return NormaliseResult.Normalised(found.Name, trimmed);
        return found.Normaliser switch
        {
            NormaliserKind.Email => EmailNormaliser.Normalise(found, trimmed),
            NormaliserKind.Phone => PhoneNormaliser.Normalise(found, trimmed),
            NormaliserKind.OpaqueOrEmail when AddressOf(found, trimmed) is { } address => Bounded(found.Name, address),
            NormaliserKind.LowercaseOpaque => Bounded(found.Name, Lowercase(trimmed)),
            _ => Bounded(found.Name, CanonicalComposition.Compose(trimmed)),
        };
    }

    /// <summary>
    /// The e-mail address that a normalised value of a namespace also is; null where it is none.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <param name="identifier">A normalised identifier.</param>
    public static Identifier? EmailOf(IdentityPolicy policy, Identifier identifier)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.TryGet(identifier.Namespace, out var from) && from.Normaliser == NormaliserKind.OpaqueOrEmail
            && policy.TryGet(EmailNamespace, out var email) && email.Normaliser == NormaliserKind.Email
            && AddressOf(from, identifier.Value) is { } address
            ? new Identifier(EmailNamespace, address)
            : null;
    }

    private static string? AddressOf(NamespacePolicy policy, string text) =>
        text.Contains('@', StringComparison.Ordinal)
        && EmailNormaliser.Normalise(policy, text).TryGet(out var address, out _)
            ? address.Value
            : null;

    internal static NormaliseResult Invalid(string name, InvalidIdentifierReason reason, string kind, string remedy) =>
        NormaliseResult.Invalid(new InvalidIdentifier(name, reason, kind, remedy));

    /// <summary>
    /// Lower case in form C. Lower-casing a composed character can leave something to compose, hence twice.
    /// </summary>
    internal static string Lowercase(string text) =>
        CanonicalComposition.Compose(CanonicalComposition.Compose(text).ToLowerInvariant());

    private static NormaliseResult Bounded(string name, string value)
    {
        if (value.Length == 0)
            return Empty(name);
        return value.Length > MaxValueLength ? TooLong(name) : NormaliseResult.Normalised(name, value);
    }

    private static NormaliseResult Empty(string name) => Invalid(
        name, InvalidIdentifierReason.Empty, OpaqueKind, "Leave the identifier out where there is no value.");

    private static NormaliseResult TooLong(string name) => Invalid(
        name, InvalidIdentifierReason.TooLong, OpaqueKind, $"Send at most {MaxValueLength} characters.");

    private static bool HasControl(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
                return true;
        }

        return false;
    }

    private static bool IsValidUnicode(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
                continue;
            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
                return false;
            i++;
        }

        return true;
    }
}
