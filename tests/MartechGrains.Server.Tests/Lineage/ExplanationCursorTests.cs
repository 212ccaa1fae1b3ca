using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Server.Lineage;
using MartechGrains.Server.Messages;
using Xunit;

namespace MartechGrains.Server.Tests.Lineage;

public sealed class ExplanationCursorTests
{
    private static readonly RequestedKey Ada = new(new IdentifierKey(1), ById: false);
    private static readonly ExplanationCursor Cursor = new(new(1_700_000_000_000), EventHash.Of("web", "m-1"));

    [Fact]
    public void A_token_comes_back_for_the_same_key_and_field_and_for_no_other()
    {
        var token = Cursor.ToToken(Ada, "traits.plan");

        Assert.True(ExplanationCursor.TryParse(token, Ada, "traits.plan", out var cursor));
        Assert.Equal(Cursor, cursor);
        Assert.False(ExplanationCursor.TryParse(token, Ada, "traits.city", out _));
        Assert.False(ExplanationCursor.TryParse(token, Ada with { ById = true }, "traits.plan", out _));
        Assert.False(ExplanationCursor.TryParse(token, Ada with { Key = new IdentifierKey(2) }, "traits.plan", out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1700000000000.99999")]
    [InlineData("9223372036854775807.0")]
    [InlineData("..")]
    public void What_is_no_token_is_told(string text) =>
        Assert.False(ExplanationCursor.TryParse(text, Ada, "traits.plan", out _));

    [Fact]
    public void A_moment_that_cannot_be_is_told()
    {
        var token = (Cursor with { AsOf = new(Moments.MostMilliseconds + 1) }).ToToken(Ada, "traits.plan");

        Assert.False(ExplanationCursor.TryParse(token, Ada, "traits.plan", out _));
        token = (Cursor with { AsOf = new(Moments.MostMilliseconds) }).ToToken(Ada, "traits.plan");
        Assert.True(ExplanationCursor.TryParse(token, Ada, "traits.plan", out _));
    }
}
