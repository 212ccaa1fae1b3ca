using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Events.Segment;
using MartechGrains.Core.Time;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Server.Ingress;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>A caller who hangs up is no failure of the server.</summary>
[Collection(ShippedPolicy.Name)]
public sealed class LeavingCallerTests(ShippedPolicyServer shared)
{
    [Fact]
    public async Task What_a_caller_waits_for_no_more_is_not_told_as_a_failure_of_the_store()
    {
        var ingest = shared.Server.Services.GetRequiredService<IngestEvents>();
        var decoded = SegmentEventDecoder.Decode(
            """{"type":"track","event":"Signed In","messageId":"leaving-1","anonymousId":"leaving"}"""u8.ToArray(),
            new ReceivedContext
            {
                Source = ShippedPolicyServer.Source,
                ReceivedAt = new IngestTime(ServerDecisions.MadeAt),
                Normalise = shared.Server.Services.GetRequiredService<NormaliseIdentifier>(),
                DefaultCurrency = "USD",
            });
        Assert.IsType<DecodedEvent.Accepted>(decoded);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ingest([decoded], new CancellationToken(canceled: true)).AsTask());
    }
}
