using System.Buffers;
using System.Text.Json;
using Google.Protobuf;

namespace MartechGrains.Server.Errors;

/// <summary>Writes a JSON object, and the end of a line, as the whole of a response.</summary>
internal static class JsonReply
{
    private static readonly JsonFormatter Formatter = new(
        JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithTypeRegistry(Failures.DetailTypes));

    /// <summary>What every answer ends with, so that a terminal's prompt does not stick to it.</summary>
    public static ReadOnlyMemory<byte> End { get; } = "\n"u8.ToArray();

    /// <summary>Writes the object whose members the callback writes.</summary>
    public static Task WriteAsync(HttpResponse response, Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        buffer.Write(End.Span);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = buffer.WrittenCount;
        return response.Body.WriteAsync(buffer.WrittenMemory, response.HttpContext.RequestAborted).AsTask();
    }

    /// <summary>Writes an error of gRPC.</summary>
    public static Task WriteAsync(HttpResponse response, Google.Rpc.Status told)
    {
        response.ContentType = "application/json; charset=utf-8";
        return response.WriteAsync($"{Formatter.Format(told)}\n", response.HttpContext.RequestAborted);
    }
}
