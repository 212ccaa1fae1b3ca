using Grpc.Core;
using MartechGrains.LoadTests.Traffic;
using MartechGrains.Protocol.Ingest.V1;
using Identifier = MartechGrains.Protocol.Types.V1.Identifier;
using Status = MartechGrains.Protocol.Ingest.V1.EventResult.Types.Status;

namespace MartechGrains.LoadTests.Baselines.Naive;

/// <summary>Hands each event of a batch to its person's grain, all at once, and answers when all are written.</summary>
/// <param name="grains">The grains.</param>
public sealed class NaiveIngestService(IGrainFactory grains) : IngestService.IngestServiceBase
{
    private static readonly string[] Priority =
        [Namespaces.UserId, Namespaces.Email, Namespaces.AnonymousId, Namespaces.DeviceId];

    /// <inheritdoc/>
    public override async Task<IngestEventsResponse> IngestEvents(
        IngestEventsRequest request, ServerCallContext context)
    {
        var applied = await Task.WhenAll(request.Events.Select(sent => ApplyAsync(sent.Typed)));
        var response = new IngestEventsResponse();
        foreach (var isNew in applied)
            response.Results.Add(new EventResult { Status = isNew ? Status.Accepted : Status.Duplicate });
        return response;
    }

    private Task<bool> ApplyAsync(TypedEvent typed)
    {
        var happened = new NaiveEvent(
            typed.EventId,
            typed.EventTime.ToDateTime(),
            typed.EventClass.ToString(),
            [.. typed.Identifiers.Select(Text)],
            typed.Amount?.CurrencyCode,
            typed.Amount?.MinorUnits ?? 0,
            typed.TraitsJson.IsEmpty ? null : typed.TraitsJson.ToStringUtf8());
        return grains.GetGrain<INaiveProfileGrain>(KeyOf(typed)).ApplyAsync(happened).AsTask();
    }

    /// <summary>
    /// The person, as far as a service without identity resolution can tell: the best identifier of the event. The
    /// prefix also keeps the storage provider from taking a value for a number.
    /// </summary>
    private static string KeyOf(TypedEvent typed)
    {
        foreach (var preferred in Priority)
        {
            foreach (var identifier in typed.Identifiers)
            {
                if (identifier.Namespace == preferred)
                    return Text(identifier);
            }
        }

        return Text(typed.Identifiers[0]);
    }

    private static string Text(Identifier identifier) => $"{identifier.Namespace}:{identifier.Value}";
}
