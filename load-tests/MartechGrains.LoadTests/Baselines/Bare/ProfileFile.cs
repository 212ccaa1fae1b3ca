using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.LoadTests.Traffic;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Types.V1;


namespace MartechGrains.LoadTests.Baselines.Bare;

/// <summary>The answers to lookups by user id, carried from one server to another.</summary>
public static class ProfileFile
{
    /// <summary>Size in bytes of a made-up answer.</summary>
    public const int MadeUpSize = 530;

    /// <summary>Writes answers, by user id.</summary>
    public static void Write(string path, IEnumerable<(string User, byte[] Response)> answers)
    {
        using var writer = new BinaryWriter(File.Create(path));
        foreach (var (user, response) in answers)
        {
            writer.Write(user);
            writer.Write(response.Length);
            writer.Write(response);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static IEnumerable<(string User, byte[] Response)> Read(string path)
    {
        using var stream = File.OpenRead(path);
        using var reader = new BinaryReader(stream);
        while (stream.Position < stream.Length)
            yield return (reader.ReadString(), reader.ReadBytes(reader.ReadInt32()));
    }

    /// <summary>A made-up answer of about <see cref="MadeUpSize"/> bytes, for trying the harness alone.</summary>
    public static (string User, byte[] Response) MadeUp(int person, DateTimeOffset now)
    {
        var user = People.UserId(person);
        var id = string.Create(CultureInfo.InvariantCulture, $"{person:x32}");
        var profile = new Profile
        {
            ProfileId = id,
            EvaluatedAt = Timestamp.FromDateTimeOffset(now),
            Version = new ProfileVersion { Home = id, Seq = 6 },
            Identifiers = { new Identifier { Namespace = user.Namespace, Value = user.Value } },
        };
        foreach (var (name, value) in TrafficGenerator.TraitsOf(person))
            profile.Traits[name] = Value.ForString(value);
        for (var number = 0; new GetProfileResponse { Profile = profile }.CalculateSize() < MadeUpSize - 20; number++)
        {
            profile.Features[string.Create(CultureInfo.InvariantCulture, $"feature_number_{number}")] = new Feature
            {
                Version = 1,
                Value = new TypedValue { Integer = person + number },
                Freshness = Timestamp.FromDateTimeOffset(now),
                WindowResolution = WindowResolution.Exact,
            };
        }

        return (user.Value, new GetProfileResponse { Profile = profile }.ToByteArray());
    }
}
