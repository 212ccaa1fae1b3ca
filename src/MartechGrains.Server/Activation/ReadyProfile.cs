using Google.Protobuf;
using MartechGrains.Core.Features;
using MartechGrains.Core.Time;
using MartechGrains.Grains.Views;
using MartechGrains.Protocol.Activation.V1;

namespace MartechGrains.Server.Activation;

/// <summary>
/// A view made ready for lookups: what stays as it is for a while is encoded, once for all of them. Immutable.
/// </summary>
internal sealed class ReadyProfile
{
    // Two timestamps and a value, with their heads, and the names of a catalogue.
    private const int MaxFeatureBytes = 256;
    private const int MaxInstantBytes = 32;

    private readonly PreparedEvaluation _evaluation;
    private readonly byte[] _steady;
    private byte[]? _steadyWithoutIdentifiers;

    private ReadyProfile(LiveView view, EventTime now)
    {
        _evaluation = FeatureEvaluation.Prepare(view.Profile.Facts, now, FeatureCatalog.Current);
        _steady = ProfileMessages.Of(view, _evaluation.Steady).ToByteArray();
    }

    /// <summary>The whole profile of a view, evaluated for a moment.</summary>
    /// <param name="view">The view; keeps what it is made ready for.</param>
    /// <param name="now">The moment.</param>
    public static ProfileAnswer Answer(LiveView view, EventTime now)
    {
        var ready = Ready(view, now);
        return ready.At(now, ready._steady);
    }

    /// <summary>
    /// The same without identifiers, of which a profile may have hundreds: for those who ask for other fields only.
    /// </summary>
    public static ProfileAnswer AnswerWithoutIdentifiers(LiveView view, EventTime now)
    {
        var ready = Ready(view, now);
        return ready.At(now, ready._steadyWithoutIdentifiers ??= WithoutIdentifiers(ready._steady));
    }

    private static ReadyProfile Ready(LiveView view, EventTime now)
    {
        if (view.Evaluation is not ReadyProfile ready || !ready._evaluation.HoldsAt(now))
            view.Evaluation = ready = new ReadyProfile(view, now);
        return ready;
    }

    private static byte[] WithoutIdentifiers(byte[] encoded)
    {
        var profile = Profile.Parser.ParseFrom(encoded);
        profile.Identifiers.Clear();
        return profile.ToByteArray();
    }

    private ProfileAnswer At(EventTime now, byte[] steady)
    {
        var moving = _evaluation.MovingAt(now);
        Span<byte> buffer = stackalloc byte[MaxInstantBytes + (moving.Length * MaxFeatureBytes)];
        var fields = new FieldWriter(buffer);
        FeatureMessages.WriteInstant(ref fields, Profile.EvaluatedAtFieldNumber, now);
        foreach (var value in moving) FeatureMessages.Write(ref fields, Profile.FeaturesFieldNumber, value);

        var length = fields.Length + steady.Length;
        var own = new byte[1 + FieldWriter.SizeOf(length) + fields.Length];
        var head = new FieldWriter(own);
        head.Head(GetProfileResponse.ProfileFieldNumber, length);
        fields.Written.CopyTo(own.AsSpan(head.Length));
        return new ProfileAnswer(own, steady);
    }
}
