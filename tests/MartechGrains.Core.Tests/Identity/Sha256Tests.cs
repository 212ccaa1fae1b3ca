using System.Security.Cryptography;
using CsCheck;
using MartechGrains.Core.Identity;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

public sealed class Sha256Tests
{
    [Fact]
    public void A_digest_is_that_of_the_library_whatever_was_hashed_before() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Byte.Array[0, 200]).Sample((first, second) =>
        {
            var digest = new byte[Sha256.Size];
            Sha256.Of(first, second, digest);
            Assert.Equal(SHA256.HashData([.. first, .. second]), digest);
            Sha256.Of(second, digest);
            Assert.Equal(SHA256.HashData(second), digest);
        });

    [Fact]
    public void A_call_without_room_leaves_nothing_behind()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Sha256.Of([1, 2, 3], new byte[Sha256.Size - 1]));
        var digest = new byte[Sha256.Size];
        Sha256.Of([4], digest);
        Assert.Equal(SHA256.HashData([4]), digest);
    }

    [Fact]
    public void Derivations_that_take_turns_on_a_thread_keep_their_secrets_apart()
    {
        var identifier = new Identifier("user_id", "ada");
        var one = new IdentifierKeyDerivation(new byte[32]);
        var other = new IdentifierKeyDerivation(Enumerable.Repeat((byte)7, 32).ToArray());
        var (ofOne, ofOther) = (one.Derive(identifier), other.Derive(identifier));
        Assert.NotEqual(ofOne, ofOther);
        Assert.Equal(ofOne, one.Derive(identifier));
        Assert.Equal(ofOther, other.Derive(identifier));
    }
}
