using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Normalisation;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Definitions;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

/// <summary>What the shipped policy makes of what producers really send.</summary>
public sealed class ShippedPolicyTests
{
    private static readonly IdentityPolicy Shipped = DefaultPolicy.Load();

    private static readonly string[] Placeholders =
    [
        "undefined", "null", "None", "NaN", "[object Object]", "0", "true", "false", "guest", "anonymous",
        "not_authenticated", "distinct_id", "distinctid", "id", "email", "(null)", "<null>", "$user_id", "user",
        "visitor", "Unknown", "N/A", "NULL ", "-", "00000000-0000-0000-0000-000000000000", "nobody", "no-id",
        "not_set", "(not set)", "empty", "string", "test", "[object Undefined]", "Infinity", "%user_id%",
        "{{user.id}}", "${userId}", "@", "?", "xxx", "Optional(nil)", "nil", "default", "deleted", "NotSet", "#N/A",
        "none given",
        // Of the same kinds.
        "\"null\"", "'null'", "\"undefined\"", "`nil`", "(none)", "«unknown»", "null,null", "undefined undefined",
        "{{ user_id }}", "{user_id}", "<%= current_user.id %>", "[[userId]]", "__USER_ID__", "#{id}", "*|EMAIL|*",
        "<userId>", "[user id]", "%%email%%", "[object Promise]", "Optional(\"\")", "guest_user", "Guest Checkout",
        "guest-checkout", "anonymous user", "not logged in", "not-logged-in", "no user", "NOT_AVAILABLE",
        "not provided", "not a number", "-Infinity", "user id", "userId", "user-id", "customer_id", "anonymousId",
        "device_id", "email_address", "e-mail", "uuid", "Todo", "tbd", "blank", "void", "...", "***", "[]", "{}",
        "\"\"", "''", "--", "_", "000-000", "0.0", "#REF!", "unset", "placeholder", "\u200bnull",
    ];

    private static readonly string[] People =
    [
        "4711", "u1", "user-1", "user1", "guest-4711", "test-user-7", "ada", "Nil Yalter", "Nan Goldin", "Anon1",
        "True North", "id-7", "00000000-0000-0000-0000-000000000001", "100", "+4915112345678", "nobody@example.com",
        "none-of-your-business", "noah", "notting", "nonesuch", "voidlinux", "emptyset", "defaulter", "visitor 12",
        "customer:12", "member_9", "e1d2c3", "x1", "xx", "ünï", "山田", "testa", "nullah", "info@shop.example", "id1",
    ];

    [Theory]
    [MemberData(nameof(PlaceholdersInEachNamespace))]
    public void A_placeholder_names_nobody(string name, string value)
    {
        var result = IdentifierNormaliser.Normalise(Shipped, name, value);
        Assert.True(!result.TryGet(out var identifier, out _) || Shipped.IsBlocked(identifier), value);
    }

    [Theory]
    [MemberData(nameof(PeopleInOneNamespace))]
    public void What_may_be_somebody_is_not_taken_for_a_placeholder(string value)
    {
        Assert.True(IdentifierNormaliser.Normalise(Shipped, "user_id", value).TryGet(out var identifier, out _));
        Assert.False(Shipped.IsBlocked(identifier), value);
    }

    [Theory]
    [InlineData("C26.Ada@Example.org", "c26.ada@example.org")]
    [InlineData(" ada@MÜNCHEN.de ", "ada@xn--mnchen-3ya.de")]
    [InlineData("mailto:ada@example.org", "ada@example.org")]
    public void A_user_id_that_is_an_address_is_compared_as_one_and_is_that_address(string value, string address)
    {
        Assert.True(IdentifierNormaliser.Normalise(Shipped, "user_id", value).TryGet(out var identifier, out _));
        Assert.Equal(new Identifier("user_id", address), identifier);
        Assert.Equal(new Identifier("email", address), IdentifierNormaliser.EmailOf(Shipped, identifier));
    }

    [Theory]
    [InlineData("user_id", "Ada")]
    [InlineData("user_id", "@ada")]
    [InlineData("user_id", "ada@home")]
    [InlineData("user_id", "Ada <ada@example.org>")]
    [InlineData("anonymous_id", "Ada@example.org")]
    public void Any_other_id_stays_as_it_is(string name, string value)
    {
        Assert.True(IdentifierNormaliser.Normalise(Shipped, name, value).TryGet(out var identifier, out _));
        Assert.Equal(new Identifier(name, value), identifier);
        Assert.Null(IdentifierNormaliser.EmailOf(Shipped, identifier));
    }

    [Theory]
    [InlineData("email", "ada.c14\u200b@example.org", "ada.c14@example.org")]
    [InlineData("email", "\ufeffada.c14@example.org\u00a0", "ada.c14@example.org")]
    [InlineData("email", "MailTo: ada@example.org", "ada@example.org")]
    [InlineData("phone", "\u202a+49 151 12345678\u202c", "+4915112345678")]
    [InlineData("user_id", "47\u00ad11\u2060", "4711")]
    public void Invisible_characters_make_no_other_person(string name, string value, string expected)
    {
        Assert.True(IdentifierNormaliser.Normalise(Shipped, name, value).TryGet(out var identifier, out _));
        Assert.Equal(expected, identifier.Value);
    }

    [Fact]
    public void A_value_of_invisible_characters_alone_is_none() =>
        Assert.False(IdentifierNormaliser.Normalise(Shipped, "user_id", "\u200b\ufeff").TryGet(out _, out _));

    public static TheoryData<string, string> PlaceholdersInEachNamespace()
    {
        var data = new TheoryData<string, string>();
        foreach (var value in Placeholders)
        {
            data.Add("user_id", value);
            data.Add("anonymous_id", value);
            data.Add("email", value);
        }

        return data;
    }

    public static TheoryData<string> PeopleInOneNamespace() => [.. People];
}
