namespace MartechGrains.Server.Errors;

/// <summary>
/// Ends calls that outlast the <see cref="Drain"/> of a server, with an answer as long as none has begun. Also has the
/// last word on calls whose caller has gone: there is nobody to be answered, and nothing to be logged.
/// </summary>
internal sealed class DrainMiddleware(RequestDelegate next, Drain drain, TimeProvider clock)
{
    /// <summary>Runs the call.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        var left = http.RequestAborted;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(left, drain.Over);
        http.RequestAborted = ended.Token;
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            http.RequestAborted = left;
            if (left.IsCancellationRequested || http.Response.HasStarted) return;
            // What has not come of the request will not be waited for either.
            http.Response.Headers.Connection = "close";
            await HttpFault.Stopping().WriteAsync(http.Response, clock.GetUtcNow());
        }
        finally
        {
            http.RequestAborted = left;
        }
    }
}
