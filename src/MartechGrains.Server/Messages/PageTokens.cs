using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using MartechGrains.Journal.Sealing;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Messages;

/// <summary>
/// The tokens that lead from page to page, by AIP-158. A token is good for the method and the request it was given for,
/// but that the size of pages may change: it carries where its page ended and a code over that and the request, under a
/// key of the deployment's. Any other is refused: from a place in another list, entries would be left out unseen. Valid
/// on every node, for as long as the deployment key is. Safe to share between threads.
/// </summary>
/// <param name="key">The deployment key.</param>
internal sealed class PageTokens(DeploymentKey key)
{
    /// <summary>Longest token, in characters.</summary>
    public const int MaxLength = 512;

    private const string Purpose = "page tokens 1";
    private const int CodeSize = 16;
    private const string Token = "page_token";
    private const string Size = "page_size";

    private readonly byte[] _key = key.Derive(Purpose);

    /// <summary>The token of the page after one.</summary>
    /// <param name="request">The request for that one.</param>
    /// <param name="place">Where it ended; not secret.</param>
    public string Of<T>(T request, string place)
        where T : class, IMessage<T>
    {
        var state = Encoding.UTF8.GetBytes(place);
        return Base64Url.EncodeToString([.. CodeOf(request, state), .. state]);
    }

    /// <summary>Where the page before ended; null for the first page.</summary>
    /// <exception cref="RpcException">The token was not given for this request.</exception>
    public string? Read<T>(T request)
        where T : class, IMessage<T>
    {
        var token = (string)request.Descriptor.FindFieldByName(Token).Accessor.GetValue(request);
        if (token.Length == 0) return null;
        return TryRead(request, token, out var place)
            ? place
            : throw Refusal("give next_page_token of the page before, unchanged, with the request it was given for");
    }

    /// <summary>A page token leads nowhere.</summary>
    /// <param name="remedy">What to do.</param>
    public static RpcException Refusal(string remedy) =>
        Failures.Exception(Failures.BadField(ErrorReason.InvalidCursor, Token, remedy));

    private bool TryRead<T>(T request, string token, [NotNullWhen(true)] out string? place)
        where T : class, IMessage<T>
    {
        place = null;
        if (token.Length > MaxLength || !Base64Url.IsValid(token)) return false;
        var bytes = Base64Url.DecodeFromChars(token);
        // One text for one place: what a decoder passes over at the end is no token.
        if (bytes.Length <= CodeSize || Base64Url.EncodeToString(bytes) != token) return false;
        var state = bytes.AsSpan(CodeSize);
        if (!CryptographicOperations.FixedTimeEquals(bytes.AsSpan(..CodeSize), CodeOf(request, state))) return false;
        place = Encoding.UTF8.GetString(state);
        return true;
    }

    private ReadOnlySpan<byte> CodeOf<T>(T request, ReadOnlySpan<byte> state)
        where T : class, IMessage<T>
    {
        var asked = request.Clone();
        foreach (var name in (ReadOnlySpan<string>)[Token, Size])
            asked.Descriptor.FindFieldByName(name).Accessor.Clear(asked);
        using var code = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        // Each part of one length only, so that no two lists of parts are the same bytes.
        code.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(asked.Descriptor.FullName)));
        code.AppendData(SHA256.HashData(asked.ToByteArray()));
        code.AppendData(state);
        return code.GetHashAndReset().AsSpan(..CodeSize);
    }
}
