using System.Diagnostics.CodeAnalysis;
using MartechGrains.Core.Events;

namespace MartechGrains.Server.Access;

/// <summary>
/// The write keys of producers and the source each stands for. Immutable and safe to share between threads.
/// </summary>
public sealed class WriteKeys
{
    /// <summary>Longest key, in characters.</summary>
    public const int MaxKeyLength = KeyTable.MaxKeyLength;

    /// <summary>Longest source name, in characters.</summary>
    public const int MaxSourceLength = EventLimits.MaxSourceLength;

    private readonly KeyTable _sources;

    /// <summary>Creates the registry.</summary>
    /// <param name="keys">Write key to source name. Several keys may stand for one source.</param>
    /// <exception cref="ArgumentException">A key or a name is empty, too long, or a key has a colon.</exception>
    public WriteKeys(IReadOnlyDictionary<string, string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        foreach (var (key, source) in keys) Check(key, source);
        _sources = new KeyTable(keys);
    }

    /// <summary>Whether a key can be sent: it is the user's name of Basic authentication.</summary>
    public static bool IsKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length is > 0 and <= MaxKeyLength && !key.Contains(':', StringComparison.Ordinal);
    }

    /// <summary>Finds the source of a key.</summary>
    public bool TryFindSource(string key, [NotNullWhen(true)] out string? source)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _sources.TryFind(key, out source);
    }

    private static void Check(string key, string source)
    {
        if (!IsKey(key))
            throw new ArgumentException($"A write key has 1 to {MaxKeyLength} characters and no colon.", nameof(key));
        if (source.Length is 0 or > MaxSourceLength)
            throw new ArgumentException($"A source's name has 1 to {MaxSourceLength} characters.", nameof(source));
    }
}
