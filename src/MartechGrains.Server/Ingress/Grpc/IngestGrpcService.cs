using System.Diagnostics.CodeAnalysis;
using Google.Protobuf.Collections;
using Grpc.Core;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Server.Access;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Ingress.Grpc;

/// <summary>Takes events in over gRPC: answers a batch after all of it is durable.</summary>
internal sealed partial class IngestGrpcService(
    WriteKeys keys,
    IngestEvents ingest,
    IngestBatches batches,
    AccessOptions access,
    Drain drain,
    ILogger<IngestGrpcService> log) : IngestService.IngestServiceBase
{
    public override async Task<IngestEventsResponse> IngestEvents(
        IngestEventsRequest request, ServerCallContext context)
    {
        var response = new IngestEventsResponse();
        var refused = await TakeAsync(
            Admit(context), request.Source, request.Events, response.Results, context.CancellationToken);
        return refused is null ? response : throw Failures.Exception(refused);
    }

    public override async Task StreamEvents(
        IAsyncStreamReader<StreamEventsRequest> requestStream,
        IServerStreamWriter<StreamEventsResponse> responseStream,
        ServerCallContext context)
    {
        var sender = Admit(context);
        using var stream = new BatchStream(
            requestStream, responseStream,
            (batch, cancellationToken) => AnswerAsync(sender, batch, cancellationToken), drain.Begun);
        await stream.RunAsync(context.CancellationToken);
    }

    private IngestSender Admit(ServerCallContext context)
    {
        var authorization = context.RequestHeaders.GetValue("authorization");
        return IngestSender.Admit(authorization, keys, access.SourceWithoutKey, out var sender) is { } refused
            ? throw Failures.Exception(refused)
            : sender;
    }

    [SuppressMessage(
        "Design", "CA1031", Justification = "Whatever fails, the batch gets an answer, and the stream goes on.")]
    private async Task<StreamEventsResponse> AnswerAsync(
        IngestSender sender, StreamEventsRequest batch, CancellationToken cancellationToken)
    {
        var response = new StreamEventsResponse { BatchId = batch.BatchId };
        try
        {
            response.Error = await TakeAsync(sender, batch.Source, batch.Events, response.Results, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            response.Error = Failures.Of(error);
            if (response.Error is null)
            {
                LogBug(error);
                response.Error = Failures.Internal();
            }
        }

        return response;
    }

    /// <summary>Makes a batch durable; null, or why it is refused as a whole.</summary>
    private async Task<Google.Rpc.Status?> TakeAsync(
        IngestSender sender,
        string statedSource,
        RepeatedField<Event> events,
        RepeatedField<EventResult> results,
        CancellationToken cancellationToken)
    {
        if (sender.Name(statedSource, out var source) is { } unnamed) return unnamed;
        if (batches.Decode(source, events, out var decoded) is { } unread) return unread;
        IngestBatches.Write(await ingest(decoded, cancellationToken), decoded, results);
        return null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of a stream failed in a way it should not.")]
    private partial void LogBug(Exception error);
}
