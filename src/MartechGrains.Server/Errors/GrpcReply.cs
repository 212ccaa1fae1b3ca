using Google.Protobuf;

namespace MartechGrains.Server.Errors;

/// <summary>Answers of gRPC that are an error and nothing else: then it stands in the headers.</summary>
internal static class GrpcReply
{
    private const string ContentType = "application/grpc";

    /// <summary>Whether the caller expects an answer of gRPC.</summary>
    public static bool IsAwaited(HttpRequest request) =>
        request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Makes the whole answer an error.</summary>
    public static void Refuse(HttpResponse response, Google.Rpc.Status told)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = ContentType;
        Tell(response, told);
    }

    /// <summary>Puts an error into the headers of an answer.</summary>
    public static void Tell(HttpResponse response, Google.Rpc.Status told)
    {
        response.Headers["grpc-status"] = $"{told.Code}";
        response.Headers["grpc-message"] = told.Message;
        response.Headers[Failures.DetailsTrailer] = Convert.ToBase64String(told.ToByteArray());
    }
}
