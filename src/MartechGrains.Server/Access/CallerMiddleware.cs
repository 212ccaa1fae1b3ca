using Google.Rpc;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace MartechGrains.Server.Access;

/// <summary>
/// Refuses calls by names that are not the server's, and calls of web pages that may not make them, whatever they
/// call: by HTTP, by JSON or by gRPC.
/// </summary>
internal sealed class CallerMiddleware(RequestDelegate next, CallerRules rules)
{
    private static readonly RefusedCall UnknownHost = new(
        Code.PermissionDenied, StatusCodes.Status421MisdirectedRequest, ErrorReason.HostNotAllowed,
        "The server is not called by this name here.", "Host",
        "Call it as localhost, or start it with --allowed-host and the name.");

    private static readonly RefusedCall UnknownReader = new(
        Code.PermissionDenied, StatusCodes.Status403Forbidden, ErrorReason.OriginNotAllowed,
        "Pages of other sites may not make this call.", "Origin",
        "Make it from a program, or from a page of the server's own machine or of an --allowed-host.");

    private static readonly RefusedCall UnknownSender = new(
        Code.PermissionDenied, StatusCodes.Status403Forbidden, ErrorReason.OriginNotAllowed,
        "Pages of this origin may not send events.", "Origin", "Start the server with --cors-origin and the origin.");

    /// <summary>Passes the call on, or refuses it.</summary>
    public Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        if (!rules.AdmitsHost(request.Host, http.Connection.LocalIpAddress)) return UnknownHost.WriteAsync(http);
        // Several are none: a browser sends one.
        if (request.Headers.Origin is not { Count: > 0 } origins) return next(http);
        var origin = origins.ToString();
        if (http.GetEndpoint()?.Metadata.GetMetadata<ICorsMetadata>() is not null)
            return rules.AdmitsSender(origin, request.Host) ? next(http) : UnknownSender.WriteAsync(http);
        return rules.AdmitsOrigin(origin) ? next(http) : UnknownReader.WriteAsync(http);
    }
}
