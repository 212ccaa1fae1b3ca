using Grpc.Core;

namespace MartechGrains.Server.Errors;

/// <summary>Requests of a stream, of which none is waited for once the server was told to stop.</summary>
/// <param name="requests">The requests.</param>
/// <param name="drain">The server's last moments.</param>
internal sealed class DrainedRequests<T>(IAsyncStreamReader<T> requests, Drain drain) : IAsyncStreamReader<T>
{
    /// <summary>A caller that sends nothing for this long waits for an answer.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    public T Current => requests.Current;

    /// <exception cref="OperationCanceledException">Also where the server was told to stop.</exception>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Begun);
        return await requests.MoveNext(either.Token);
    }

    /// <summary>
    /// Once the server was told to stop: passes over what the caller had sent ahead. A connection that is closed with
    /// bytes unread is reset, and the caller might lose the last answers and the status with it.
    /// </summary>
    public async Task DiscardAsync(CancellationToken cancellationToken)
    {
        if (!drain.Begun.IsCancellationRequested) return;
        try
        {
            var isMore = true;
            while (isMore)
            {
                using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, drain.Over);
                quiet.CancelAfter(Quiet);
                isMore = await requests.MoveNext(quiet.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or InvalidOperationException
            or RpcException or IOException)
        {
            // Nothing more comes, or nothing that can be read: the call has its status already.
        }
    }
}
