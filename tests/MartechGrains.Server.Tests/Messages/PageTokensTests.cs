using Grpc.Core;
using MartechGrains.Journal.Sealing;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Lineage.V1;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Messages;
using MartechGrains.Testing.Clients;
using Xunit;

namespace MartechGrains.Server.Tests.Messages;

public sealed class PageTokensTests
{
    private const string Place = "1700000000000.00112233445566778899aabbccddeeff";
    private static readonly PageTokens Tokens = Under(1);
    private static readonly ListQuarantinedEventsRequest Quarantine = new() { Source = "web", Reason = "WRONG_TYPE" };

    public static TheoryData<ListQuarantinedEventsRequest> OtherRequests =>
    [
        new() { Source = "pos", Reason = "WRONG_TYPE" }, new() { Source = "web" },
        new() { Source = "webWRONG_", Reason = "TYPE" }, new() { Reason = "WRONG_TYPE" }, new(),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void A_token_leads_on_from_where_the_page_ended_also_with_pages_of_another_size(int size)
    {
        var next = Quarantine.Clone();
        (next.PageToken, next.PageSize) = (Tokens.Of(Quarantine, Place), size);

        Assert.Equal(Place, Tokens.Read(next));
        Assert.Equal(next.PageToken, Tokens.Of(next, Place));
    }

    [Fact]
    public void Without_a_token_it_is_the_first_page() => Assert.Null(Tokens.Read(Quarantine));

    [Theory]
    [MemberData(nameof(OtherRequests))]
    public void A_token_of_another_request_is_refused(ListQuarantinedEventsRequest other)
    {
        other.PageToken = Tokens.Of(Quarantine, Place);

        AssertRefused(() => Tokens.Read(other));
    }

    [Fact]
    public void A_token_of_another_method_is_refused_though_the_requests_are_the_same_bytes()
    {
        var token = Tokens.Of(new ListQuarantinedEventsRequest(), Place);

        AssertRefused(() => Tokens.Read(new ListDecisionsRequest { PageToken = token }));
        AssertRefused(() => Tokens.Read(new ListInertValuesRequest { PageToken = token }));
    }

    [Fact]
    public void A_token_of_an_explanation_holds_for_its_key_field_and_purpose()
    {
        var request = new ExplainValueRequest
        {
            Key = new ProfileKey { Identifier = new Identifier { Namespace = "email", Value = "ada@x.org" } },
            Purpose = "support",
            Field = "traits.plan",
        };
        var token = Tokens.Of(request, Place);
        foreach (var change in (Action<ExplainValueRequest>[])
        [
            static other => other.Field = "traits.city", static other => other.Purpose = "audit",
            static other => other.Key.Identifier.Value = "bob@x.org",
            static other => other.Key = new ProfileKey { ProfileId = "00112233445566778899aabbccddeeff" },
        ])
        {
            var other = request.Clone();
            other.PageToken = token;
            Assert.Equal(Place, Tokens.Read(other));
            change(other);
            AssertRefused(() => Tokens.Read(other));
        }
    }

    [Fact]
    public void A_token_of_another_deployment_is_refused()
    {
        var next = Quarantine.Clone();
        next.PageToken = Under(2).Of(Quarantine, Place);

        AssertRefused(() => Tokens.Read(next));
    }

    [Fact]
    public void A_token_that_was_changed_anywhere_is_refused()
    {
        var token = Tokens.Of(Quarantine, Place);
        for (var i = 0; i < token.Length; i++)
        {
            foreach (var other in "A9_-b")
            {
                if (token[i] != other) AssertChangedIsRefused($"{token[..i]}{other}{token[(i + 1)..]}");
            }
            AssertChangedIsRefused(token[..i] + token[(i + 1)..]);
            AssertChangedIsRefused($"{token[..i]}A{token[i..]}");
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1700000000000.00112233445566778899aabbccddeeff")]
    [InlineData(" ")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("!!!!")]
    public void What_is_no_token_is_refused(string text) => AssertChangedIsRefused(text);

    [Fact]
    public void A_text_of_any_length_is_refused() => AssertChangedIsRefused(new string('A', 1 << 20));

    private static void AssertChangedIsRefused(string token)
    {
        if (token.Length == 0) return;
        var next = Quarantine.Clone();
        next.PageToken = token;
        AssertRefused(() => Tokens.Read(next));
    }

    private static void AssertRefused(Func<string?> read)
    {
        var error = Assert.Throws<RpcException>(() => read());
        error.AssertTyped(StatusCode.InvalidArgument, "INVALID_CURSOR", "page_token");
    }

    private static PageTokens Under(byte key)
    {
        using var deployment = new DeploymentKey([.. Enumerable.Repeat(key, DeploymentKey.KeySize)]);
        return new PageTokens(deployment);
    }
}
