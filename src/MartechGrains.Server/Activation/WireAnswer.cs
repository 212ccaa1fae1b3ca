using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Grpc.Core;

namespace MartechGrains.Server.Activation;

/// <summary>A response as the bytes of its protobuf message, which is what a message of objects ends as.</summary>
internal abstract class WireAnswer
{
    /// <summary>Bytes of the message.</summary>
    public abstract int Size { get; }

    /// <summary>Writes the message.</summary>
    public abstract void WriteTo(IBufferWriter<byte> output);

    /// <summary>The message of objects, for doors that speak another language than protobuf.</summary>
    public abstract IMessage ToMessage();

    /// <summary>Serialises for gRPC.</summary>
    public static void Serialise(WireAnswer answer, SerializationContext context)
    {
        context.SetPayloadLength(answer.Size);
        answer.WriteTo(context.GetBufferWriter());
        context.Complete();
    }

    /// <summary>The bytes of the message in one piece.</summary>
    public ReadOnlySpan<byte> ToBytes()
    {
        var bytes = new ArrayBufferWriter<byte>(Math.Max(1, Size));
        WriteTo(bytes);
        return bytes.WrittenSpan;
    }
}

/// <summary>Answers at the JSON doors, as the messages that they are.</summary>
internal sealed class WireAnswerJson : JsonConverter<WireAnswer>
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => typeof(WireAnswer).IsAssignableFrom(typeToConvert);

    /// <inheritdoc/>
    public override WireAnswer Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Answers are only written.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, WireAnswer value, JsonSerializerOptions options)
    {
        var message = value.ToMessage();
        JsonSerializer.Serialize(writer, message, message.GetType(), options);
    }
}
