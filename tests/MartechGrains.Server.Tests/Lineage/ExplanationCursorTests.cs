using MartechGrains.Core.Events;
using MartechGrains.Server.Lineage;
using Xunit;

namespace MartechGrains.Server.Tests.Lineage;

public sealed class ExplanationCursorTests
{
    [Fact]
    public void A_cursor_comes_back_from_its_text()
    {
        var cursor = new ExplanationCursor(new(1_700_000_000_000), EventHash.Of("web", "m-1"));

        Assert.Equal(cursor, ExplanationCursor.Parse(cursor.ToString()));
    }
}
