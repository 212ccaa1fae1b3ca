using System.Buffers;
using System.Text.Json;

namespace MartechGrains.Server.Errors;

/// <summary>Writes a JSON object as the whole of a response.</summary>
internal static class JsonReply
{
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

        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = buffer.WrittenCount;
        return response.Body.WriteAsync(buffer.WrittenMemory, response.HttpContext.RequestAborted).AsTask();
    }
}
