using System.Buffers;
using System.Text.Json.Serialization;
using Google.Protobuf;
using MartechGrains.Protocol.Activation.V1;

namespace MartechGrains.Server.Activation;

/// <summary>A LookupProfilesResponse of its results.</summary>
/// <param name="results">One for each key.</param>
[JsonConverter(typeof(WireAnswerJson))]
internal sealed class LookupAnswer(LookupAnswer.Result[] results) : WireAnswer
{
    private const int MaxHead = 6;

    /// <inheritdoc/>
    public override int Size
    {
        get
        {
            var size = 0;
            foreach (var result in results) size += 1 + FieldWriter.SizeOf(result.Size) + result.Size;
            return size;
        }
    }

    /// <inheritdoc/>
    public override void WriteTo(IBufferWriter<byte> output)
    {
        foreach (var result in results)
        {
            var head = new FieldWriter(output.GetSpan(MaxHead));
            head.Head(LookupProfilesResponse.ResultsFieldNumber, result.Size);
            output.Advance(head.Length);
            result.WriteTo(output);
        }
    }

    /// <inheritdoc/>
    public override LookupProfilesResponse ToMessage() => LookupProfilesResponse.Parser.ParseFrom(ToBytes());

    /// <summary>What one key is answered: a profile, or why there is none.</summary>
    internal readonly struct Result
    {
        private readonly ProfileAnswer? _profile;
        private readonly LookupResult? _error;

        public Result(ProfileAnswer profile) => _profile = profile;

        public Result(Google.Rpc.Status error) => _error = new LookupResult { Error = error };

        public int Size => _profile?.Size ?? _error!.CalculateSize();

        // A LookupResult with a profile and a GetProfileResponse are the same bytes: the profile is field 1 of both.
        public void WriteTo(IBufferWriter<byte> output)
        {
            if (_profile is not null) _profile.WriteTo(output);
            else _error.WriteTo(output);
        }
    }
}
