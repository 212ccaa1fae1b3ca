namespace MartechGrains.Grains.Registry;

/// <summary>
/// Keys of registry grains. Each has a prefix, so that none reads as a number: the storage provider would take
/// <c>020235</c> and <c>20235</c> for one key.
/// </summary>
public static class RegistryKeys
{
    /// <summary>Longest source name, in characters: the storage's keys end at 512.</summary>
    public const int MaxSourceName = 256;

    private const string SourcePrefix = "source:";

    /// <summary>The key of a source.</summary>
    /// <exception cref="ArgumentException">An empty name, or one longer than <see cref="MaxSourceName"/>.</exception>
    public static string OfSource(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return name.Length <= MaxSourceName
            ? SourcePrefix + name
            : throw new ArgumentException($"A source name has at most {MaxSourceName} characters.", nameof(name));
    }

    internal static string SourceOf(string key) => key.StartsWith(SourcePrefix, StringComparison.Ordinal)
        ? key[SourcePrefix.Length..]
        : throw new ArgumentException($"The key of a source begins with {SourcePrefix}.", nameof(key));
}
