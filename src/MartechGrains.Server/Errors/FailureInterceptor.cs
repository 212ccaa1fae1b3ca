using Grpc.Core;
using Grpc.Core.Interceptors;

namespace MartechGrains.Server.Errors;

/// <summary>
/// Turns exceptions into typed errors, for all services alike. Bugs are logged, and told without their text.
/// </summary>
internal sealed partial class FailureInterceptor(Drain drain, ILogger<FailureInterceptor> log) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception error) when (error is not RpcException)
        {
            throw Translate(error, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception error) when (error is not RpcException)
        {
            throw Translate(error, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        var requests = new DrainedRequests<TRequest>(requestStream, drain);
        try
        {
            await continuation(requests, responseStream, context);
        }
        catch (Exception error) when (error is not RpcException)
        {
            throw Translate(error, context);
        }
        finally
        {
            await requests.DiscardAsync(context.CancellationToken);
        }
    }

    private RpcException Translate(Exception error, ServerCallContext context)
    {
        if (drain.Begun.IsCancellationRequested && error is OperationCanceledException)
            return Failures.Exception(Failures.Stopping());
        if (context.CancellationToken.IsCancellationRequested && error is OperationCanceledException or IOException)
            return new RpcException(new global::Grpc.Core.Status(StatusCode.Cancelled, "The caller has gone."));
        if (Failures.Of(error) is { } known) return Failures.Exception(known);
        LogBug(context.Method, error);
        return Failures.Exception(Failures.Internal());
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed in a way it should not.")]
    private partial void LogBug(string method, Exception error);
}
