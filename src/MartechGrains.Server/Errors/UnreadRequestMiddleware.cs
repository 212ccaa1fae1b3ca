using Grpc.AspNetCore.Server;
using Grpc.Core;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Server.Errors;

/// <summary>
/// Makes the errors of calls typed whose request the framework could not hand over. It reads the message before
/// interceptors and services run, and alone decides on what is no message: bytes that protobuf or gzip cannot read are
/// UNKNOWN to it, a broken frame is INTERNAL, and RESOURCE_EXHAUSTED is said of a message of more than
/// <see cref="MaxMessageBytes"/>, of which only the length is looked at. None of these errors has
/// details; all of ours have.
/// </summary>
internal sealed partial class UnreadRequestMiddleware(RequestDelegate next, ILogger<UnreadRequestMiddleware> log)
{
    /// <summary>Largest gRPC message taken in: a full batch of 4 MiB and its framing.</summary>
    public const int MaxMessageBytes = 5 << 20;

    /// <summary>What the caller is told of a failure to read a message; null for other failures.</summary>
    public static Google.Rpc.Status? Of(Exception error) => error switch
    {
        RpcException { StatusCode: StatusCode.ResourceExhausted } => Failures.BadField(
            ErrorReason.BatchTooLarge, "",
            $"The message is too large. Send at most {MaxMessageBytes} bytes; split this one."),
        RpcException { StatusCode: StatusCode.Internal } or IOException or InvalidDataException => Failures.BadField(
            ErrorReason.InvalidField, "",
            "The bytes are no message of this method. Send one whole protobuf message, with its texts in UTF-8."),
        _ => null,
    };

    /// <summary>Runs the call; then adds to its error what the framework left out.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        await next(http);
        // Once an answer has begun, the request was read. Before, the error is told in the headers.
        if (!http.Response.HasStarted
            && http.Features.Get<IServerCallContextFeature>()?.ServerCallContext is { } call
            && call.Status.StatusCode != StatusCode.OK && call.ResponseTrailers.Get(Failures.DetailsTrailer) is null
            && FaultOf(call) is { } told)
            GrpcReply.Tell(http.Response, told);
    }

    private Google.Rpc.Status? FaultOf(ServerCallContext call)
    {
        var error = call.Status.DebugException;
        if (Of(error ?? new RpcException(call.Status)) is { } unread) return unread;
        // Without an exception it is the protocol's own affair: a method that does not exist, a caller that has gone.
        if (error is null) return null;
        LogBug(call.Method, error);
        return Failures.Internal();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed outside of its service.")]
    private partial void LogBug(string method, Exception error);
}
