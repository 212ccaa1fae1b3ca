using System.Buffers;
using System.Text.Json.Serialization;
using Google.Protobuf;
using MartechGrains.Protocol.Activation.V1;

namespace MartechGrains.Server.Activation;

/// <summary>
/// A GetProfileResponse in two pieces: what is of this answer alone, and what it shares with others of the same view.
/// </summary>
/// <param name="own">The field's head, and first fields of the profile.</param>
/// <param name="shared">The other fields of the profile.</param>
[JsonConverter(typeof(WireAnswerJson))]
internal sealed class ProfileAnswer(byte[] own, byte[] shared) : WireAnswer
{
    /// <inheritdoc/>
    public override int Size => own.Length + shared.Length;

    /// <summary>An answer with a message.</summary>
    public static ProfileAnswer Of(Profile profile) =>
        new(new GetProfileResponse { Profile = profile }.ToByteArray(), []);

    /// <inheritdoc/>
    public override void WriteTo(IBufferWriter<byte> output)
    {
        output.Write(own);
        output.Write(shared);
    }

    /// <inheritdoc/>
    public override GetProfileResponse ToMessage() => GetProfileResponse.Parser.ParseFrom(ToBytes());
}
