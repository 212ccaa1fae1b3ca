using MartechGrains.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace MartechGrains.EndToEnd.Tests.Cdnow;

/// <summary>The crashes over PostgreSQL; a class of its own, so that both stores run at a time.</summary>
public sealed class PostgresCrashTests(ITestOutputHelper output) : CrashTests(output)
{
    [SkippableTheory]
    [InlineData(2)]
    public async Task Ten_kills_over_PostgreSQL_lose_nothing_and_count_nothing_twice(int seed)
    {
        CdnowLog.RequirePath();
        await RunAsync(await TestStore.PostgresAsync(), seed);
    }
}
