using System.CommandLine;
using System.CommandLine.Parsing;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Cli;

/// <summary>The argument that says whose profile is meant.</summary>
public static class ProfileKeyArgument
{
    private const int ProfileIdLength = 32;

    /// <summary>A new argument <c>NS:VALUE</c>.</summary>
    public static Argument<ProfileKey> Create() => new("NS:VALUE")
    {
        Description = "An identifier, such as email:ada@example.com, or a profile id of 32 hexadecimal digits.",
        CustomParser = Parse,
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
            result.AddError("NS:VALUE needs a namespace, a colon and a value, such as email:ada@example.com.");
        return key;
    }
}
