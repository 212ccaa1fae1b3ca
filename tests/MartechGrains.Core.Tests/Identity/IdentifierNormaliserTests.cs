using System.Security.Cryptography;
using System.Text;
using CsCheck;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Normalisation;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Definitions;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

public class IdentifierNormaliserTests
{
    private static readonly IdentityPolicy Default = DefaultPolicy.Load();

    private static readonly IdentityPolicy Kinds = new(1,
    [
        new NamespacePolicy { Name = "opaque", Priority = 1 },
        new NamespacePolicy { Name = "lower", Priority = 2, Normaliser = NormaliserKind.LowercaseOpaque },
        new NamespacePolicy { Name = "email", Priority = 3, Normaliser = NormaliserKind.Email },
        new NamespacePolicy { Name = "phone", Priority = 4, Normaliser = NormaliserKind.Phone, DefaultRegion = "GB" },
        new NamespacePolicy { Name = "verbatim", Priority = 5, Normaliser = NormaliserKind.Verbatim },
    ]);

    [Theory]
    [InlineData("ada@example.com", "ada@example.com")]
    [InlineData("  Ada.Lovelace+News@Example.COM ", "ada.lovelace+news@example.com")]
    [InlineData("ada@MÜNCHEN.de", "ada@xn--mnchen-3ya.de")]
    [InlineData("ada@mu\u0308nchen.de", "ada@xn--mnchen-3ya.de")]
    [InlineData("ada@XN--MNCHEN-3YA.de", "ada@xn--mnchen-3ya.de")]
    [InlineData("ada@пример.рф", "ada@xn--e1afmkfd.xn--p1ai")]
    [InlineData("JOSE\u0301@example.com", "jos\u00e9@example.com")]
    [InlineData("JOS\u00c9@example.com", "jos\u00e9@example.com")]
    [InlineData("o'brien@sub.example.co.uk", "o'brien@sub.example.co.uk")]
    public void An_e_mail_address_has_one_spelling(string given, string expected) =>
        Assert.Equal(expected, Value("email", given));

    [Theory]
    [InlineData("ada", InvalidIdentifierReason.EmailForm)]
    [InlineData("ada@home@example.com", InvalidIdentifierReason.EmailForm)]
    [InlineData("@example.com", InvalidIdentifierReason.EmailLocalPart)]
    [InlineData("a b@example.com", InvalidIdentifierReason.EmailLocalPart)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456@example.com",
        InvalidIdentifierReason.EmailLocalPart)]
    [InlineData("ada@", InvalidIdentifierReason.EmailDomain)]
    [InlineData("ada@localhost", InvalidIdentifierReason.EmailDomain)]
    [InlineData("ada@example..com", InvalidIdentifierReason.EmailDomain)]
    [InlineData("ada@-example.com", InvalidIdentifierReason.EmailDomain)]
    [InlineData("ada@exa_mple.com", InvalidIdentifierReason.EmailDomain)]
    [InlineData("ada@[127.0.0.1]", InvalidIdentifierReason.EmailDomain)]
    [InlineData("ada@mün_chen.de", InvalidIdentifierReason.EmailDomain)]
    [InlineData("ada@exam\tple.com", InvalidIdentifierReason.ControlCharacter)]
    [InlineData(" ", InvalidIdentifierReason.Empty)]
    public void What_is_no_e_mail_address_is_refused_with_a_reason(string given, InvalidIdentifierReason reason) =>
        Assert.Equal(reason, Error("email", given).Reason);

    [Theory]
    [InlineData("+44 20 7946 0000", "+442079460000")]
    [InlineData("020 7946 0000", "+442079460000")]
    [InlineData("tel:+44-20-7946-0000", "+442079460000")]
    [InlineData("0044 20 7946 0000", "+442079460000")]
    [InlineData("(+1) 650-253-0000", "+16502530000")]
    [InlineData("+39 06 698 12345", "+390669812345")]
    [InlineData("+1 555 010 0100", "+15550100100")]
    [InlineData("٠٢٠ ٧٩٤٦ ٠٠٠٠", "+442079460000")]
    public void A_phone_number_becomes_E164(string given, string expected) =>
        Assert.Equal(expected, Value("phone", given));

    [Theory]
    [InlineData("not a number", InvalidIdentifierReason.PhoneForm)]
    [InlineData("+999 123456789", InvalidIdentifierReason.PhoneCountry)]
    [InlineData("+44 20", InvalidIdentifierReason.PhoneLength)]
    [InlineData("+1 650 253 00001234", InvalidIdentifierReason.PhoneLength)]
    [InlineData("+1 650 253 0000 ext. 12", InvalidIdentifierReason.PhoneExtension)]
    [InlineData("", InvalidIdentifierReason.Empty)]
    public void What_is_no_phone_number_is_refused_with_a_reason(string given, InvalidIdentifierReason reason) =>
        Assert.Equal(reason, Error("phone", given).Reason);

    [Fact]
    public void Without_a_default_region_a_national_number_is_refused()
    {
        var result = IdentifierNormaliser.Normalise(Default, "phone", "020 7946 0000");
        Assert.Equal(InvalidIdentifierReason.PhoneCountry, result.Error!.Reason);
    }

    [Fact]
    public void Opaque_values_are_trimmed_and_composed_but_keep_their_case()
    {
        Assert.Equal("Jos\u00e9", Value("opaque", " Jose\u0301\t"));
        Assert.Equal("jos\u00e9", Value("lower", " JOSE\u0301"));
        Assert.Equal(" Jose\u0301", Value("verbatim", " Jose\u0301"));
        Assert.Equal(new string('x', 256), Value("opaque", new string('x', 256)));
        Assert.Equal(InvalidIdentifierReason.TooLong, Error("opaque", new string('x', 257)).Reason);
        Assert.Equal(InvalidIdentifierReason.TooLong, Error("opaque", new string(' ', 2000)).Reason);
        Assert.Equal(InvalidIdentifierReason.ControlCharacter, Error("opaque", "a\0b").Reason);
        Assert.Equal(InvalidIdentifierReason.InvalidUnicode, Error("opaque", "a\ud800b").Reason);
        Assert.Equal(InvalidIdentifierReason.InvalidUnicode, Error("verbatim", "\udc00").Reason);
        Assert.Equal(InvalidIdentifierReason.Empty, Error("verbatim", "").Reason);
    }

    [Fact]
    public void An_unknown_namespace_is_an_error_and_not_an_exception()
    {
        var error = Error("shoe_size", "42");
        Assert.Equal((InvalidIdentifierReason.UnknownNamespace, "shoe_size"), (error.Reason, error.Namespace));
        Assert.False(Kinds.TryGet("shoe_size", out _));
        Assert.True(Kinds.IsBlocked(new Identifier("shoe_size", "42")));
    }

    [Theory]
    [InlineData("email", "secret.person(at)example")]
    [InlineData("phone", "secret 12")]
    [InlineData("opaque", "secret\u0001")]
    public void An_error_never_holds_the_value(string name, string given) =>
        Assert.DoesNotContain("secret", Error(name, given).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("user_id", "00000000-0000-0000-0000-000000000000")]
    [InlineData("user_id", " NULL ")]
    [InlineData("email", "undefined")]
    [InlineData("phone", "-1")]
    [InlineData("device_id", "N/A")]
    [InlineData("email", "No-Reply@Shop.example.com")]
    [InlineData("email", "test@test.com")]
    public void A_placeholder_is_evidence_that_is_blocked_rather_than_an_error(string name, string given)
    {
        Assert.True(IdentifierNormaliser.Normalise(Default, name, given).TryGet(out var identifier, out _));
        Assert.True(Default.IsBlocked(identifier));
    }

    [Fact]
    public void An_ordinary_value_is_not_blocked()
    {
        Assert.False(Default.IsBlocked(new Identifier("user_id", "1000-0001")));
        Assert.False(Default.IsBlocked(new Identifier("email", "nobody.none@example.com")));
    }

    [Fact]
    public void Normalising_twice_is_the_same_as_once()
    {
        var part = Gen.OneOf(
            Gen.Char['a', 'z'], Gen.Char['A', 'Z'], Gen.Char['0', '9'], Gen.Char['\u00c0', '\u0330'],
            Gen.Char['\u0370', '\u04ff'], Gen.Char['\u1e00', '\u1fff'], Gen.Char['\u1100', '\u11ff'],
            Gen.Char['\u2000', '\u2fff'], Gen.Char['\uac00', '\uac80'], Gen.Char[' ', '@']);
        var text = Gen.OneOf(
            part.Array[0, 12].Select(c => new string(c)),
            Gen.Select(part.Array[1, 6], part.Array[1, 6], (a, b) => $"{new string(a)}@{new string(b)}.com"),
            Gen.Long[0, 99_999_999_999_999].Select(n => $"+{n}"),
            Gen.Long[0, 99_999_999_999].Select(n => $"0{n}"));
        Gen.Select(text, Gen.Int[0, 3]).Sample((given, kind) =>
        {
            var name = Kinds.Namespaces[kind].Name;
            if (!IdentifierNormaliser.Normalise(Kinds, name, given).TryGet(out var once, out _))
                return;
            Assert.True(IdentifierNormaliser.Normalise(Kinds, name, once.Value).TryGet(out var twice, out _));
            Assert.Equal(once, twice);
        }, iter: 20_000);
    }

    /// <summary>
    /// The expected hash was computed with another implementation (Python's unicodedata, Unicode 14.0) over form C of
    /// every code point: alone, and between a letter and two marks.
    /// </summary>
    [Fact]
    public void Every_code_point_composes_as_in_an_independent_implementation()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var point = 0; point <= 0x10FFFF; point++)
        {
            if (!Rune.IsValid(point))
                continue;
            var text = new Rune(point).ToString();
            Add(text);
            Add($"a{text}\u0323\u0301");
        }

        Assert.Equal(
            "f4a0f1c068923b17d17fa7be9c0213961a1fd95730ffe0694299cd0455462153",
            Convert.ToHexStringLower(hash.GetHashAndReset()));

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(CanonicalComposition.Compose(text)));
    }

    private static string Value(string name, string given)
    {
        var result = IdentifierNormaliser.Normalise(Kinds, name, given);
        Assert.True(result.TryGet(out var identifier, out var error), $"{error}");
        Assert.Equal(name, identifier.Namespace);
        return identifier.Value;
    }

    private static InvalidIdentifier Error(string name, string given)
    {
        Assert.False(IdentifierNormaliser.Normalise(Kinds, name, given).TryGet(out _, out var error));
        Assert.NotEmpty(error!.Remedy);
        return error;
    }
}
