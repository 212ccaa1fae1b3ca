using Xunit;
using Kind = MartechGrains.Protocol.Operations.V1.ChangeFeedEntry.Types.Kind;

namespace MartechGrains.EndToEnd.Tests.Explanations;

/// <summary>What a retraction did is not told again when its home is united with another.</summary>
public sealed class AbsorbedRetractionTests(ExplainedServer server) : IClassFixture<ExplainedServer>
{
    [Fact]
    public async Task A_split_by_a_retraction_is_told_once_also_when_its_home_is_taken_in_by_another()
    {
        const int people = 8;
        // Of so many pairs of homes some are taken in by the other, and some take it in.
        for (var person = 0; person < people; person++)
        {
            var (user, device, mail) = ($"user_id:gus{person}", $"device_id:gus{person}", $"email:gus{person}@x.org");
            await server.SendAsync(10, user);
            await server.SendAsync(11, device);
            await server.SendAsync(12, user, device);
            await server.RetractAsync(12, user, device);
            await server.SendAsync(13, mail);
            await server.SendAsync(14, mail, user);
        }

        Assert.Equal(people, (await server.ReadFeedAsync(Kind.Split)).Count);
    }
}
