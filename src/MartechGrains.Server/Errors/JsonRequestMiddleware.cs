using System.Buffers;
using System.IO.Pipelines;
using System.Net.Mime;
using Google.Protobuf.Reflection;
using Grpc.AspNetCore.Server;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Json;
using MartechGrains.Protocol.Types.V1;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace MartechGrains.Server.Errors;

/// <summary>
/// Gives calls in their JSON form typed errors where they cannot be read. The framework reads them before interceptors
/// and services run; it passes over members it does not know, and its errors name no field, have no details, and repeat
/// values. So bodies and parameters are looked through before they reach it, and what it refuses besides is told in
/// other words.
/// </summary>
internal sealed class JsonRequestMiddleware(RequestDelegate next)
{
    /// <summary>Largest body, in bytes: room for a full batch of events in Base64.</summary>
    public const int MaxBodyBytes = 8 << 20;

    /// <summary>Answers the call, or refuses it.</summary>
    public Task InvokeAsync(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { } call
            ? AnswerAsync(http, call)
            : next(http);

    private async Task AnswerAsync(HttpContext http, GrpcJsonTranscodingMetadata call)
    {
        var refused = ReadQuery(http.Request, call);
        if (refused is null && call.HttpRule.Body.Length > 0) refused = await ReadBodyAsync(http.Request, call);
        // The answer is held back: the framework writes its errors at once.
        using var answer = new MemoryStream();
        if (refused is null && !await TryAnswerAsync(http, answer)) refused = UnreadParameter();
        if (refused is not null)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await JsonReply.WriteAsync(http.Response, refused);
            return;
        }

        answer.Write(JsonReply.End.Span);
        http.Response.ContentLength = answer.Length;
        answer.Position = 0;
        await answer.CopyToAsync(http.Response.Body, http.RequestAborted);
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

        if (Check(ref body, call.MethodDescriptor.InputType) is { } fault) return Refusal(fault);
        request.ContentType = MediaTypeNames.Application.Json;
        request.Body = PipeReader.Create(new ReadOnlySequence<byte>(body)).AsStream();
        return null;
    }

    private static Google.Rpc.Status? ReadQuery(HttpRequest request, GrpcJsonTranscodingMetadata call) =>
        QueryShape.Find(request.Query, call.HttpRule, call.MethodDescriptor.InputType) is { } fault
            ? Refusal(fault)
            : null;

    private static Google.Rpc.Status Refusal(EventFault fault) =>
        Failures.BadField(ErrorReason.InvalidField, fault.Field, $"Found: {fault.Kind}. {fault.Remedy}");

    /// <summary>What is wrong with a body; or else the body as the framework is to read it.</summary>
    private static EventFault? Check(ref ReadOnlyMemory<byte> body, MessageDescriptor message)
    {
        if (JsonPayload.ParseObject(body, "", out var document, out var isMended) is { } malformed) return malformed;
        using (document)
        {
            if (isMended)
            {
                return new EventFault(
                    QuarantineCodes.MalformedPayload, "", "half of a surrogate pair",
                    "Cut texts between characters: an escape names half of one.");
            }

            var fault = JsonShape.Find(document!.RootElement, message, "");
            if (fault is null && JsonForm.IsNeeded(body.Span, message))
                body = JsonForm.Of(document.RootElement, message);
            return fault;
        }
    }

    /// <summary>False where the framework could not read the request and made its own error of it.</summary>
    private async Task<bool> TryAnswerAsync(HttpContext http, MemoryStream answer)
    {
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

        return http.Response.StatusCode != StatusCodes.Status400BadRequest
            || http.Features.Get<IServerCallContextFeature>()?.ServerCallContext.ResponseTrailers
                .Get(Failures.DetailsTrailer) is not null;
    }

    private static Google.Rpc.Status UnreadParameter() => Failures.BadField(
        ErrorReason.InvalidField, "",
        "A parameter has another type than its field. Send those of the method, each once and of its type.");
}
