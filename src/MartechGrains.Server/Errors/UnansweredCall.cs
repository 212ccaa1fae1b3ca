namespace MartechGrains.Server.Errors;

/// <summary>Tells, in the form of all errors, what the framework tells by a status alone.</summary>
internal static class UnansweredCall
{
    private const string WhereTo = "Events go to POST /v1/batch or one of /v1/identify, track, page, screen, group and "
        + "alias; profiles are read at GET /v1/profiles/NAMESPACE/VALUE?purpose=PURPOSE; GET / lists all.";

    /// <summary>Writes the body that is missing.</summary>
    public static Task TellAsync(HttpContext http)
    {
        var response = http.Response;
        if (GrpcReply.IsAwaited(http.Request) && response.StatusCode == StatusCodes.Status404NotFound)
        {
            GrpcReply.Refuse(response, new Google.Rpc.Status
            {
                Code = (int)Google.Rpc.Code.Unimplemented,
                Message = "There is no such method. The server's reflection lists those there are.",
            });
            return Task.CompletedTask;
        }

        return FaultOf(response).WriteAsync(response, DateTimeOffset.UnixEpoch);
    }

    private static HttpFault FaultOf(HttpResponse response) => response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new HttpFault(
            response.StatusCode, "NOT_FOUND", "Nothing is at this path.", "", WhereTo),
        StatusCodes.Status405MethodNotAllowed => new HttpFault(
            response.StatusCode, "METHOD_NOT_ALLOWED", "The path takes another method.", "",
            $"Send {response.Headers.Allow}."),
        StatusCodes.Status415UnsupportedMediaType => new HttpFault(
            response.StatusCode, "INVALID_FIELD", "The path takes another type of content.", "Content-Type",
            "Call it by gRPC; GET / lists what can be called by HTTP."),
        var status => new HttpFault(status, "INVALID_REQUEST", "The request cannot be answered.", "", WhereTo),
    };
}
