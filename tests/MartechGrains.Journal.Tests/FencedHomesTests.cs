using MartechGrains.Journal.Writing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;

namespace MartechGrains.Journal.Tests;

public sealed class FencedHomesTests
{
    private readonly FencedHomes _fenced = new();

    [Fact]
    public void A_home_is_fenced_until_it_is_reopened()
    {
        _fenced.Close(Home(1));
        Assert.True(_fenced.Contains(Home(1)));
        _fenced.Reopen(Home(1));
        Assert.False(_fenced.Contains(Home(1)));
    }

    [Fact]
    public void The_oldest_is_forgotten_when_there_are_too_many()
    {
        for (var home = 0UL; home <= FencedHomes.MaxClosed; home++) _fenced.Close(Home(home));
        Assert.False(_fenced.Contains(Home(0)));
        Assert.True(_fenced.Contains(Home(1)));
    }

    [Fact]
    public void Forgetting_that_a_home_was_once_fenced_does_not_open_one_that_is_fenced_anew()
    {
        _fenced.Close(Home(0));
        _fenced.Reopen(Home(0));
        _fenced.Close(Home(0));
        for (var home = 1UL; home < FencedHomes.MaxClosed; home++) _fenced.Close(Home(home));
        Assert.True(_fenced.Contains(Home(0)));
    }
}
