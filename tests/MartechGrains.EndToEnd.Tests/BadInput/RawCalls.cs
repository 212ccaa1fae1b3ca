using Google.Protobuf.Reflection;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.Support;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>Calls whose requests are bytes of the test's own, and the errors that calls end with.</summary>
internal static class RawCalls
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes);

    /// <summary>Calls a method that takes one request; gives its first answer.</summary>
    public static async Task<byte[]> CallAsync(this ServerAddress server, MethodDescriptor method, byte[] request)
    {
        var invoker = server.Channel.CreateCallInvoker();
        var options = new CallOptions(ClientExtensions.Key(Doors.Key));
        if (!method.IsServerStreaming)
            return await invoker.AsyncUnaryCall(Of(method, MethodType.Unary), null, options, request);
        using var call = invoker.AsyncServerStreamingCall(
            Of(method, MethodType.ServerStreaming), null, options, request);
        return await call.ResponseStream.MoveNext(CancellationToken.None) ? call.ResponseStream.Current : [];
    }

    /// <summary>Opens a stream of bytes both ways.</summary>
    public static AsyncDuplexStreamingCall<byte[], byte[]> Open(this ServerAddress server, MethodDescriptor method) =>
        server.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            Of(method, MethodType.DuplexStreaming), null, new CallOptions(ClientExtensions.Key(Doors.Key)));

    /// <summary>Whether a call ended as promised, and told nothing personal.</summary>
    public static void AssertTells(this RpcException error, StatusCode code, string reason, string? field)
    {
        error.AssertTyped(code, reason, field);
        Assert.DoesNotContain(
            BadEvent.Personal, $"{error} {error.GetRpcStatus()}", StringComparison.OrdinalIgnoreCase);
    }

    private static Method<byte[], byte[]> Of(MethodDescriptor method, MethodType type) =>
        new(type, method.Service.FullName, method.Name, Raw, Raw);
}
