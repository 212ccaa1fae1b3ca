using System.Text;
using CsCheck;
using MartechGrains.Journal.Sealing;
using Xunit;
using static MartechGrains.Journal.Tests.Sample;

namespace MartechGrains.Journal.Tests;

public sealed class SealingTests
{
    private const string Payload =
        """{"type":"track","event":"Order Completed","properties":{"revenue":12.5,"currency":"EUR","coupon":"EUR"}}""";

    private readonly Random _random = new(7);

    private RandomFill Fill => span => _random.NextBytes(span);

    [Fact]
    public void Any_payload_opens_to_itself() =>
        Gen.OneOf(Gen.Byte.Array[0, 500], Gen.Byte[0, 3].Array[0, 5000]).Sample(
            payload =>
            {
                using var seal = NewSeal();
                var text = seal.Seal(Home(1), 3, payload, Fill);
                return text.Length <= payload.Length + PayloadSeal.Overhead
                    && seal.Open(Home(1), 3, text).AsSpan().SequenceEqual(payload);
            },
            threads: 1);

    [Fact]
    public void Sealed_text_shows_nothing_and_shrinks_where_it_can()
    {
        using var seal = NewSeal();
        var payload = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Payload, 10)));
        var text = seal.Seal(Home(1), 3, payload, Fill);
        Assert.InRange(text.Length, 1, payload.Length / 4);
        Assert.DoesNotContain("Order", Encoding.Latin1.GetString(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_of_any_byte_is_found()
    {
        using var seal = NewSeal();
        var text = seal.Seal(Home(1), 3, Encoding.UTF8.GetBytes(Payload), Fill);
        for (var i = 0; i < text.Length; i++)
        {
            var changed = text.ToArray();
            changed[i] ^= 1;
            Assert.Throws<SealBrokenException>(() => seal.Open(Home(1), 3, changed));
            Assert.Throws<SealBrokenException>(() => seal.Open(Home(1), 3, text.AsSpan(0, i)));
        }
    }

    [Fact]
    public void Another_home_group_or_key_does_not_open_it()
    {
        using var seal = NewSeal();
        using var other = NewSeal();
        var text = seal.Seal(Home(1), 3, Encoding.UTF8.GetBytes(Payload), Fill);
        Assert.Throws<SealBrokenException>(() => seal.Open(Home(2), 3, text));
        Assert.Throws<SealBrokenException>(() => seal.Open(Home(1), 4, text));
        Assert.Throws<SealBrokenException>(() => other.Open(Home(1), 3, text));
        Assert.Throws<ArgumentException>(() => seal.Seal(Home(1), 3, new byte[PayloadSeal.MaxPayloadBytes + 1], Fill));
    }

    [Fact]
    public void The_largest_payload_round_trips()
    {
        using var seal = NewSeal();
        var payload = new byte[PayloadSeal.MaxPayloadBytes];
        Assert.Equal(payload, seal.Open(Home(1), 1, seal.Seal(Home(1), 1, payload, Fill)));
    }

    [Fact]
    public void A_wrapped_key_unwraps_in_its_home_under_its_key_only()
    {
        using var key = new DeploymentKey(Bytes(32));
        using var other = new DeploymentKey(Bytes(32));
        using var newer = new DeploymentKey(Bytes(32), version: 2);
        var dataKey = DeploymentKey.NewDataKey(Fill);
        var wrapped = key.Wrap(Home(1), dataKey, Fill);
        Assert.Equal(DeploymentKey.WrappedSize, wrapped.Length);
        Assert.Equal(dataKey, key.Unwrap(Home(1), wrapped));
        Assert.Throws<SealBrokenException>(() => key.Unwrap(Home(2), wrapped));
        Assert.Throws<SealBrokenException>(() => other.Unwrap(Home(1), wrapped));
        Assert.Contains("version 1", Assert.Throws<SealBrokenException>(() => newer.Unwrap(Home(1), wrapped)).Message,
            StringComparison.Ordinal);
        wrapped[20] ^= 1;
        Assert.Throws<SealBrokenException>(() => key.Unwrap(Home(1), wrapped));
        Assert.Throws<ArgumentException>(() => new DeploymentKey(Bytes(31)));
    }

    [Fact]
    public void A_key_check_fits_the_secrets_that_it_was_made_of_only()
    {
        var (secret, wrapping) = (Bytes(32), Bytes(32));
        using var key = new DeploymentKey(wrapping);
        using var other = new DeploymentKey(Bytes(32));
        var secrets = new DeploymentSecrets(secret, key);
        var check = KeyCheck.Make(secrets, Fill);
        Assert.True(KeyCheck.Fits(secrets, check));
        Assert.False(KeyCheck.Fits(secrets with { WrappingKey = other }, check));
        Assert.False(KeyCheck.Fits(secrets with { IdentifierSecret = Bytes(32) }, check));
        Assert.False(KeyCheck.Fits(secrets, check.AsSpan(1)));
        check[^1] ^= 1;
        Assert.False(KeyCheck.Fits(secrets, check));
    }

    [Fact]
    public void Random_bytes_drawn_in_blocks_never_come_twice()
    {
        var drawn = new HashSet<Guid>();
        Span<byte> bytes = stackalloc byte[16];
        for (var i = 0; i < 3 * RandomBlock.Size; i++)
        {
            RandomBlock.Fill(bytes);
            Assert.True(drawn.Add(new Guid(bytes)));
            RandomBlock.Fill(bytes[..(i % 16)]);
        }
        var large = new byte[RandomBlock.Size + 1];
        RandomBlock.Fill(large);
        Assert.InRange(large.Distinct().Count(), 200, 256);
    }

    [Fact]
    public void A_key_file_is_made_once_for_its_owner_only_and_loads_again()
    {
        var folder = Directory.CreateTempSubdirectory("martechgrains-key-").FullName;
        try
        {
            var first = KeyFile.LoadOrCreate(folder, Fill);
            var second = KeyFile.LoadOrCreate(folder, Fill);
            Assert.Equal(first.IdentifierSecret.ToArray(), second.IdentifierSecret.ToArray());
            var dataKey = DeploymentKey.NewDataKey(Fill);
            Assert.Equal(dataKey, second.WrappingKey.Unwrap(Home(1), first.WrappingKey.Wrap(Home(1), dataKey, Fill)));
            var path = Path.Combine(folder, KeyFile.Name);
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Equal([path], Directory.GetFiles(folder));
            File.WriteAllText(path, "something else");
            Assert.Throws<InvalidDataException>(() => KeyFile.LoadOrCreate(folder, Fill));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        Fill(bytes);
        return bytes;
    }

    private PayloadSeal NewSeal() => new(Bytes(32));
}
