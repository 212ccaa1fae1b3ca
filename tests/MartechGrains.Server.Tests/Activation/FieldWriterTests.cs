using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Activation;
using Xunit;

namespace MartechGrains.Server.Tests.Activation;

public sealed class FieldWriterTests
{
    // Around the sizes at which a length takes another byte.
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String, Gen.Int[120, 135].Select(length => new string('x', length)),
        Gen.Int[16_370, 16_400].Select(length => new string('x', length)));

    [Fact]
    public void What_it_writes_is_what_the_generated_code_writes() => Gen.Select(
        Text, Gen.Double, Gen.OneOf(Gen.Long, Gen.Long[-1, 1]), Gen.Int).Sample((text, number, seconds, nanos) =>
    {
        var feature = new Feature
        {
            Value = new TypedValue { Number = number },
            Freshness = new Timestamp { Seconds = seconds, Nanos = nanos },
        };
        var anchored = new Identifier { Namespace = $"a{text}" };
        var profile = new Profile { Anchor = anchored, Features = { [$"f{text}"] = feature } };

        var writer = new FieldWriter(new byte[1 << 17]);
        var anchor = writer.Begin(Profile.AnchorFieldNumber);
        writer.Text(Identifier.NamespaceFieldNumber, anchored.Namespace);
        writer.End(anchor);
        var entry = writer.Begin(Profile.FeaturesFieldNumber);
        writer.Text(1, $"f{text}"); // The generated code would leave out an empty one.
        var value = writer.Begin(2);
        var typed = writer.Begin(Feature.ValueFieldNumber);
        writer.Double(TypedValue.NumberFieldNumber, number);
        writer.End(typed);
        var freshness = writer.Begin(Feature.FreshnessFieldNumber);
        writer.Integer(Timestamp.SecondsFieldNumber, seconds);
        writer.Integer(Timestamp.NanosFieldNumber, nanos);
        writer.End(freshness);
        writer.End(value);
        writer.End(entry);

        Assert.Equal(profile.ToByteArray(), writer.Written.ToArray());
    });

    [Theory]
    [InlineData(0, 1)]
    [InlineData(127, 1)]
    [InlineData(128, 2)]
    [InlineData(16_383, 2)]
    [InlineData(16_384, 3)]
    [InlineData(int.MaxValue, 5)]
    public void A_length_takes_as_many_bytes_as_it_says(int length, int size)
    {
        var writer = new FieldWriter(new byte[16]);
        writer.Head(1, length);
        Assert.Equal(size, FieldWriter.SizeOf(length));
        Assert.Equal(1 + size, writer.Length);
    }
}
