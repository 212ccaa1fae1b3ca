using Google.Rpc;
using MartechGrains.Protocol.Types.V1;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;

namespace MartechGrains.Server.Errors;

/// <summary>
/// A call that is refused before it reaches what it calls, told in the form of that: a gRPC status, the same as JSON,
/// or the error of the HTTP endpoints.
/// </summary>
/// <param name="Code">The code of gRPC.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Message">One sentence: what is wrong.</param>
/// <param name="Field">The header at fault; may be empty.</param>
/// <param name="Remedy">One sentence: what to do.</param>
internal sealed record RefusedCall(
    Code Code, int Status, ErrorReason Reason, string Message, string Field, string Remedy)
{
    private readonly Google.Rpc.Status _told = Failures.Status(
        Code, Reason, $"{Message} {Remedy}", new BadRequest
        {
            FieldViolations = { new BadRequest.Types.FieldViolation { Field = Field, Description = Remedy } },
        });

    /// <summary>Tells it.</summary>
    public Task WriteAsync(HttpContext http)
    {
        if (GrpcReply.IsAwaited(http.Request))
        {
            GrpcReply.Refuse(http.Response, _told);
            return Task.CompletedTask;
        }

        if (http.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is not null)
        {
            http.Response.StatusCode = Status;
            return JsonReply.WriteAsync(http.Response, _told);
        }

        return new HttpFault(Status, Failures.Name(Reason), Message, Field, Remedy)
            .WriteAsync(http.Response, DateTimeOffset.UnixEpoch);
    }
}
