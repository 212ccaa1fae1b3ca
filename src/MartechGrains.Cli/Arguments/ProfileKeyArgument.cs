using System.CommandLine;
using System.CommandLine.Parsing;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Cli.Arguments;

/// <summary>The argument that says whose profile is meant.</summary>
public static class ProfileKeyArgument
{
    private const int ProfileIdLength = 32;
    private const string Remedy = "NS:VALUE needs a namespace, a colon and a value, such as email:ada@example.com.";

    /// <summary>A new argument <c>NS:VALUE</c>.</summary>
    public static Argument<ProfileKey> Create() => new("NS:VALUE")
    {
        Description = "An identifier, such as email:ada@example.com, or a profile id of 32 hexadecimal digits.",
        CustomParser = Parse,
    };

    /// <summary>A new argument that takes an identifier and no profile id.</summary>
    /// <param name="name">What help calls it.</param>
    /// <param name="description">What it is for.</param>
    public static Argument<Identifier> CreateIdentifier(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = ParseIdentifier,
    };

    /// <summary>Reads a key; null where it is none.</summary>
    /// <remarks>Only the first colon divides: values may contain colons.</remarks>
    public static ProfileKey? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && colon < text.Length - 1)
        {
            var identifier = new Identifier { Namespace = text[..colon], Value = text[(colon + 1)..] };
            return new ProfileKey { Identifier = identifier };
        }

        return text.Length == ProfileIdLength && text.All(char.IsAsciiHexDigit)
            ? new ProfileKey { ProfileId = text.ToLowerInvariant() }
            : null;
    }

    private static ProfileKey? Parse(ArgumentResult result)
    {
        var key = Read(result.Tokens[0].Value);
        if (key is null)
            result.AddError(Remedy);
        return key;
    }

    private static Identifier? ParseIdentifier(ArgumentResult result)
    {
        var identifier = Read(result.Tokens[0].Value)?.Identifier;
        if (identifier is null)
            result.AddError(Remedy);
        return identifier;
    }
}
