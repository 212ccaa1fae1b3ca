using System.Buffers;
using System.IO.Pipelines;
using System.Net.Mime;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using MartechGrains.Core.Events;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Http;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace MartechGrains.Server.Grpc;

/// <summary>
/// Gives calls in their JSON form typed errors where they cannot be read. The framework reads them before interceptors
/// and services run; it passes over members it does not know, and its errors name no field, have no details, and repeat
/// values. So bodies are looked through before they reach it, and what it refuses besides, such as a parameter in the
/// address, is told in other words.
/// </summary>
internal sealed class JsonRequests(RequestDelegate next)
{
    /// <summary>Largest body, in bytes: room for a full batch of events in Base64.</summary>
    public const int MaxBodyBytes = 8 << 20;

    private static readonly JsonFormatter Formatter = new(
        JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithTypeRegistry(Failures.DetailTypes));

    /// <summary>Answers the call, or refuses it.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not { } call)
            await next(http);
        else if (call.HttpRule.Body.Length > 0 && await ReadBodyAsync(http.Request, call) is { } refused)
            await RefuseAsync(http.Response, refused);
        else
            await AnswerAsync(http);
    }

    private static async ValueTask<Google.Rpc.Status?> ReadBodyAsync(
        HttpRequest request, GrpcJsonTranscodingMetadata call)
    {
        if (!request.HasJsonContentType())
            return Failures.BadField(ErrorReason.InvalidField, "Content-Type", "Send application/json.");
        var (body, unread) = await RequestBody.ReadAsync(request, MaxBodyBytes);
        if (unread is not null)
        {
            var isTooLarge = unread.Status == StatusCodes.Status413PayloadTooLarge;
            return Failures.BadField(
                isTooLarge ? ErrorReason.BatchTooLarge : ErrorReason.InvalidField, unread.Field,
                $"{unread.Message} {unread.Remedy}");
        }

        if (Check(body, call.MethodDescriptor.InputType) is { } fault)
            return Failures.BadField(ErrorReason.InvalidField, fault.Field, $"Found: {fault.Kind}. {fault.Remedy}");
        request.ContentType = MediaTypeNames.Application.Json;
        request.Body = PipeReader.Create(new ReadOnlySequence<byte>(body)).AsStream();
        return null;
    }

    private static EventFault? Check(ReadOnlyMemory<byte> body, MessageDescriptor message)
    {
        if (JsonPayload.TryParseObject(body, "", out var document) is { } malformed) return malformed;
        using (document)
            return JsonShape.Find(document!.RootElement, message, "");
    }

    private async Task AnswerAsync(HttpContext http)
    {
        // Held back, since the framework writes its errors at once.
        using var answer = new MemoryStream();
        var body = http.Response.Body;
        http.Response.Body = answer;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = body;
        }

        if (http.Response.StatusCode == StatusCodes.Status400BadRequest && !HasDetails(http))
        {
            await RefuseAsync(http.Response, Failures.BadField(
                ErrorReason.InvalidField, "",
                "A parameter has another type than its field. Send those of the method, each once and of its type."));
            return;
        }

        http.Response.ContentLength = answer.Length;
        answer.Position = 0;
        await answer.CopyToAsync(body, http.RequestAborted);
    }

    private static bool HasDetails(HttpContext http) =>
        http.Features.Get<IServerCallContextFeature>()?.ServerCallContext.ResponseTrailers
            .Get(Failures.DetailsTrailer) is not null;

    private static Task RefuseAsync(HttpResponse response, Google.Rpc.Status refused)
    {
        response.StatusCode = StatusCodes.Status400BadRequest;
        response.ContentType = "application/json; charset=utf-8";
        return response.WriteAsync(Formatter.Format(refused), response.HttpContext.RequestAborted);
    }
}
