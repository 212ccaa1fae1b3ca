using MartechGrains.Server.Access;
using Xunit;

namespace MartechGrains.Server.Tests.Access;

public class WriteKeysTests
{
    [Fact]
    public void A_key_finds_its_source_and_nothing_else_does()
    {
        var keys = new WriteKeys(new Dictionary<string, string> { ["a"] = "web", ["b"] = "web", ["c"] = "pos" });
        Assert.True(keys.TryFindSource("b", out var source));
        Assert.Equal("web", source);
        foreach (var wrong in new[] { "", "A", "a ", "ab", new string('a', 10_000) })
            Assert.False(keys.TryFindSource(wrong, out _));
    }

    [Theory]
    [InlineData("", "web")]
    [InlineData("a:b", "web")]
    [InlineData("a", "")]
    public void Keys_that_could_never_be_sent_are_refused(string key, string source) =>
        Assert.Throws<ArgumentException>(() => new WriteKeys(new Dictionary<string, string> { [key] = source }));
}
