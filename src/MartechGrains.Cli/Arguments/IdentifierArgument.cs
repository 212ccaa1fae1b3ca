using System.CommandLine;
using System.CommandLine.Parsing;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Cli.Arguments;

/// <summary>Arguments that name one identifier.</summary>
public static class IdentifierArgument
{
    /// <summary>A new argument.</summary>
    /// <param name="name">What help calls it.</param>
    public static Argument<Identifier> Create(string name) => new(name)
    {
        Description = "An identifier, such as email:ada@example.com.",
        CustomParser = static result => Parse(result.Tokens[0].Value, result),
    };

    /// <summary>Reads an identifier; where it is none, tells so.</summary>
    public static Identifier? Parse(string text, ArgumentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var identifier = ProfileKeyArgument.Read(text)?.Identifier;
        if (identifier is null)
            result.AddError(
                "An identifier needs a namespace, a colon and a value, such as email:ada@example.com.");
        return identifier;
    }
}
