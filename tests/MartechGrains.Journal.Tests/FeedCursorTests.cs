using CsCheck;
using MartechGrains.Journal.Contracts;
using Xunit;

namespace MartechGrains.Journal.Tests;

public sealed class FeedCursorTests
{
    [Fact]
    public void Text_and_cursor_are_one_to_one() =>
        Gen.Select(Gen.Int[1, int.MaxValue], Gen.Long[1, long.MaxValue]).Array[0, 12].Sample(pairs =>
        {
            var cursor = pairs.Aggregate(FeedCursor.Start, (at, pair) => at.With(pair.Item1, pair.Item2));
            return FeedCursor.TryParse(cursor.ToString(), out var parsed) && parsed.Equals(cursor)
                && parsed.ToString() == cursor.ToString() && parsed.GetHashCode() == cursor.GetHashCode();
        });

    [Fact]
    public void Any_other_text_is_refused_without_an_exception() =>
        Gen.Char["0123456789-.x "].Array[0, 12].Select(chars => new string(chars)).Sample(
            text => !FeedCursor.TryParse(text, out var cursor) || cursor.ToString() == text);

    [Theory]
    [InlineData(null)]
    [InlineData("1")]
    [InlineData("1-2.")]
    [InlineData("2-1.1-1")]
    [InlineData("1-1.1-2")]
    [InlineData("01-1")]
    [InlineData("0-1")]
    [InlineData("1-0")]
    [InlineData("99999999999-1")]
    public void Malformed_text_is_refused(string? text) => Assert.False(FeedCursor.TryParse(text, out _));

    [Fact]
    public void A_cursor_never_goes_back() =>
        Assert.Equal("1-9", FeedCursor.Start.With(1, 9).With(1, 3).ToString());
}
