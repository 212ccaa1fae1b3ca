using System.Net;
using Google.Rpc;
using Grpc.Core;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Access;

/// <summary>
/// Who may do what is for operators: whoever sends an operator key; where there is none, callers on the server's own
/// machine. Immutable and safe to share between threads.
/// </summary>
/// <param name="keys">The operator keys.</param>
internal sealed class OperatorAccess(IReadOnlyList<string> keys)
{
    private const string Operator = "operator";

    private readonly KeyTable _operators = new(keys.Select(static key => KeyValuePair.Create(key, Operator)));

    /// <summary>Refuses whoever may not operate.</summary>
    /// <exception cref="RpcException">PERMISSION_DENIED.</exception>
    public void Require(ServerCallContext context)
    {
        var http = context.GetHttpContext();
        if (!Admits(http.Request.Headers.Authorization, http.Connection.RemoteIpAddress))
            throw Failures.Exception(Failures.Status(
                Code.PermissionDenied, ErrorReason.OperatorsOnly,
                keys.Count > 0
                    ? "The call is for operators. Send an operator key as 'authorization: Basic BASE64(KEY:)'."
                    : "The call is for operators. Make it on the server's own machine, or start the server with "
                        + "--operator-key and send that key as 'authorization: Basic BASE64(KEY:)'."));
    }

    /// <summary>Whether a caller may operate.</summary>
    /// <param name="authorization">The value of the <c>authorization</c> header.</param>
    /// <param name="caller">The caller's address; null where it is inside this process.</param>
    public bool Admits(string? authorization, IPAddress? caller) => keys.Count == 0
        ? caller is null || IPAddress.IsLoopback(caller)
        : _operators.TryFind(BasicWriteKey.Read(authorization), out _);
}
