using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace MartechGrains.Server.Errors;

/// <summary>Reads a request's body, plain or gzip, up to a limit that counts decompressed bytes.</summary>
internal static class RequestBody
{
    private const int FirstBuffer = 16 * 1024;

    /// <summary>Reads the whole body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">Most bytes, compressed and decompressed.</param>
    /// <returns>The bytes, or why there are none.</returns>
    public static async ValueTask<(ReadOnlyMemory<byte> Body, HttpFault? Fault)> ReadAsync(
        HttpRequest request, int limit)
    {
        if (request.ContentLength > limit)
            return (default, HttpFault.TooLarge(limit));
        var encoding = request.Headers.ContentEncoding.ToString().Trim();
        var isPlain = encoding.Length == 0 || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase);
        if (!isPlain && !encoding.Equals("gzip", StringComparison.OrdinalIgnoreCase)
            && !encoding.Equals("x-gzip", StringComparison.OrdinalIgnoreCase))
            return (default, HttpFault.UnsupportedEncoding());
        try
        {
            if (isPlain)
                return WithoutMark(await ReadAsync(request.Body, limit, request));
            await using var gzip = new GZipStream(request.Body, CompressionMode.Decompress, leaveOpen: true);
            return WithoutMark(await ReadAsync(gzip, limit, request));
        }
        catch (InvalidDataException)
        {
            return (default, HttpFault.BrokenBody("The body is not valid gzip.", "Content-Encoding"));
        }
        catch (BadHttpRequestException broken)
        {
            return (default, broken.StatusCode switch
            {
                StatusCodes.Status413PayloadTooLarge => HttpFault.TooLarge(limit),
                StatusCodes.Status408RequestTimeout => HttpFault.TooSlow(),
                _ => HttpFault.BrokenBody("The body broke off.", ""),
            });
        }
        catch (IOException error) when (error is not ConnectionResetException
            && !request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return (default, HttpFault.BrokenBody("A chunk of the body has no size.", "Transfer-Encoding") with
            {
                Remedy = "Send each chunk after its size in hexadecimal digits.",
            });
        }
    }

    /// <summary>Without the mark that some editors and languages put before a text in UTF-8.</summary>
    private static (ReadOnlyMemory<byte> Body, HttpFault? Fault) WithoutMark(
        (ReadOnlyMemory<byte> Body, HttpFault? Fault) read) =>
        read.Body.Span.StartsWith(Encoding.UTF8.Preamble)
            ? (read.Body[Encoding.UTF8.Preamble.Length..], read.Fault)
            : read;

    private static async ValueTask<(ReadOnlyMemory<byte> Body, HttpFault? Fault)> ReadAsync(
        Stream stream, int limit, HttpRequest request)
    {
        // One byte more than the limit tells a full body from one that goes on.
        var expected = request.ContentLength is { } length and > 0 ? (int)length + 1 : FirstBuffer;
        var buffer = new byte[Math.Min(expected, limit + 1)];
        var count = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(count), request.HttpContext.RequestAborted);
            if (read == 0)
                return (buffer.AsMemory(0, count), null);
            count += read;
            if (count > limit)
                return (default, HttpFault.TooLarge(limit));
            if (count == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, limit + 1));
        }
    }
}
