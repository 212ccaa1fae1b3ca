using System.Threading.Channels;
using Grpc.Core;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Ingest.V1;

namespace MartechGrains.Cli.Sending;

/// <summary>
/// Streams batches with a bounded number in flight, and sends every batch again, on a new stream, until it has an
/// answer. The server counts an event once, so an answer that was lost does no harm.
/// </summary>
public sealed class EventSender
{
    private readonly IngestService.IngestServiceClient _client;
    private readonly SendOptions _options;
    private readonly IAsyncEnumerator<SendBatch> _source;
    private readonly SortedDictionary<long, SendBatch> _unanswered = [];
    private readonly SendTally _tally;
    private readonly Action _onAnswer;
    private bool _sourceEnded;
    private long _answers;
    private int _refusalsInARow;

    /// <summary>Prepares to send.</summary>
    /// <param name="client">The server.</param>
    /// <param name="options">How.</param>
    /// <param name="source">The batches; read only as far as the window allows.</param>
    /// <param name="tally">Where results are counted.</param>
    /// <param name="onAnswer">Called after each answer.</param>
    public EventSender(
        IngestService.IngestServiceClient client,
        SendOptions options,
        IAsyncEnumerator<SendBatch> source,
        SendTally tally,
        Action onAnswer)
    {
        _client = client;
        _options = options;
        _source = source;
        _tally = tally;
        _onAnswer = onAnswer;
    }

    /// <summary>Sends everything.</summary>
    /// <exception cref="RpcException">The server refuses the stream, or gave no answer in all attempts.</exception>
    public async Task SendAsync(CancellationToken cancellation)
    {
        var attempt = 0;
        while (true)
        {
            var answersBefore = _answers;
            RpcException failure;
            try
            {
                await RunStreamAsync(cancellation);
                failure = new RpcException(new Status(StatusCode.Unavailable, "The server ended the stream early."));
            }
            catch (RpcException error) when (IsWorthRepeating(error) && !cancellation.IsCancellationRequested)
            {
                failure = error;
            }

            if (_sourceEnded && _unanswered.Count == 0)
                return;
            attempt = _answers > answersBefore ? 1 : attempt + 1;
            if (attempt >= _options.MaxAttempts)
                throw failure;
            await Task.Delay(BackOff.Delay(attempt, StatusReport.Of(failure)), cancellation);
        }
    }

    private static bool IsWorthRepeating(RpcException error) =>
        IsWorthRepeating(error.StatusCode)
        // A connection that breaks is told as INTERNAL or CANCELLED, depending on the moment.
        || error.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded
        || error.Status.DebugException is IOException or HttpRequestException;

    private static bool IsWorthRepeating(StatusCode code) =>
        code is StatusCode.Unavailable or StatusCode.ResourceExhausted or StatusCode.Aborted;

    private async Task RunStreamAsync(CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var call = _client.StreamEvents(ServerConnection.Stream(_options.WriteKey, stop.Token));
        // Holds at most a window of batches.
        var outbox = Channel.CreateUnbounded<SendBatch>();
        foreach (var batch in _unanswered.Values)
            outbox.Writer.TryWrite(batch);
        var writing = WriteAsync(call.RequestStream, outbox.Reader, stop.Token);
        try
        {
            await FillAsync(outbox.Writer, cancellation);
            await ReadAsync(call.ResponseStream, outbox.Writer, stop, cancellation);
        }
        catch (RpcException) when (stop.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            var detail = $"No answer within {_options.AnswerTimeout.TotalSeconds} s.";
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, detail));
        }
        finally
        {
            await stop.CancelAsync();
            await writing;
        }
    }

    private async Task ReadAsync(
        IAsyncStreamReader<StreamEventsResponse> answers,
        ChannelWriter<SendBatch> outbox,
        CancellationTokenSource stop,
        CancellationToken cancellation)
    {
        while (true)
        {
            stop.CancelAfter(_options.AnswerTimeout);
            if (!await answers.MoveNext(stop.Token))
                return;
            stop.CancelAfter(Timeout.InfiniteTimeSpan);
            var answer = answers.Current;
            if (!_unanswered.TryGetValue(answer.BatchId, out var batch))
                continue;
            if (answer.Error is { } error && IsWorthRepeating((StatusCode)error.Code))
            {
                await RepeatAsync(batch, error, outbox, cancellation);
                continue;
            }

            _unanswered.Remove(answer.BatchId);
            _answers++;
            _refusalsInARow = 0;
            if (answer.Error is null)
                _tally.Add(batch, answer.Results);
            else
                _tally.AddFailure(batch, answer.Error);
            _onAnswer();
            await FillAsync(outbox, cancellation);
        }
    }

    private async Task RepeatAsync(
        SendBatch batch, Google.Rpc.Status error, ChannelWriter<SendBatch> outbox, CancellationToken cancellation)
    {
        _refusalsInARow++;
        if (_refusalsInARow >= _options.MaxAttempts * _options.Window)
            throw error.ToRpcException();
        // Nothing else is sent meanwhile: it is the server that is busy, not the batch that is wrong.
        await Task.Delay(BackOff.Delay(_refusalsInARow / _options.Window + 1, error), cancellation);
        outbox.TryWrite(batch);
    }

    private async Task FillAsync(ChannelWriter<SendBatch> outbox, CancellationToken cancellation)
    {
        while (!_sourceEnded && _unanswered.Count < _options.Window)
        {
            cancellation.ThrowIfCancellationRequested();
            if (await _source.MoveNextAsync())
            {
                _unanswered.Add(_source.Current.Request.BatchId, _source.Current);
                outbox.TryWrite(_source.Current);
            }
            else
            {
                _sourceEnded = true;
            }
        }

        if (_sourceEnded && _unanswered.Count == 0)
            outbox.TryComplete();
    }

    private static async Task WriteAsync(
        IClientStreamWriter<StreamEventsRequest> requests, ChannelReader<SendBatch> outbox, CancellationToken stop)
    {
        try
        {
            await foreach (var batch in outbox.ReadAllAsync(stop))
                await requests.WriteAsync(batch.Request, stop);
            await requests.CompleteAsync();
        }
        catch (Exception error) when (error is RpcException or OperationCanceledException
            or InvalidOperationException or IOException)
        {
            // The call is over; its status, which says why, arrives at the reader of the answers.
            return;
        }
    }
}
