using Grpc.Core;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Ingress.Grpc;

/// <summary>
/// Takes the batches of one stream in: a fixed number of workers, each of which reads a batch, has it answered, and
/// writes the answer before it reads the next. So no more than that many batches are under way, a producer that sends
/// too fast or does not read its answers is held back, and the end of the requests drains what is under way.
/// </summary>
/// <param name="requests">The batches.</param>
/// <param name="responses">Their answers.</param>
/// <param name="answer">Makes one batch durable and answers it; only throws if it was cancelled.</param>
/// <param name="stopping">Cancelled when the server was told to stop: no further batch is read.</param>
internal sealed class BatchStream(
    IAsyncStreamReader<StreamEventsRequest> requests,
    IServerStreamWriter<StreamEventsResponse> responses,
    Func<StreamEventsRequest, CancellationToken, Task<StreamEventsResponse>> answer,
    CancellationToken stopping) : IDisposable
{
    /// <summary>Most batches of one stream that are read and not answered yet.</summary>
    public const int MaxBatchesInFlight = 16;

    // Neither the reader nor the writer of a call may be used by two at once.
    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private bool _hasEnded;
    private bool _isCutShort;

    /// <summary>Runs until the producer ends its half and all is answered, or the call is over.</summary>
    /// <exception cref="RpcException">
    /// A message cannot be read, or the server stops; the batches before it are answered.
    /// </exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var workers = new Task[MaxBatchesInFlight];
        for (var i = 0; i < workers.Length; i++) workers[i] = WorkAsync(stop);
        await Task.WhenAll(workers);
        if (_isCutShort) throw Failures.Exception(Failures.Stopping());
    }

    public void Dispose()
    {
        _reading.Dispose();
        _writing.Dispose();
    }

    private async Task WorkAsync(CancellationTokenSource stop)
    {
        while (await ReadAsync(stop.Token) is { } batch)
        {
            try
            {
                var reply = await answer(batch, stop.Token);
                await WriteAsync(reply, stop.Token);
            }
            catch
            {
                // Nobody can be answered any more: the others need not wait for further batches.
                await stop.CancelAsync();
                throw;
            }
        }
    }

    private async Task<StreamEventsRequest?> ReadAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        var isRead = false;
        try
        {
            isRead = !_hasEnded && await requests.MoveNext(cancellationToken);
            return isRead ? requests.Current : null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            _isCutShort = true;
            return null;
        }
        catch (Exception error) when (UnreadRequestMiddleware.Of(error) is { } unread)
        {
            throw Failures.Exception(unread);
        }
        finally
        {
            _hasEnded |= !isRead;
            _reading.Release();
        }
    }

    private async Task WriteAsync(StreamEventsResponse reply, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await responses.WriteAsync(reply, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }
}
