using System.Diagnostics.CodeAnalysis;

namespace MartechGrains.Core.Identity.Normalisation;

/// <summary>A normalised identifier, or why there is none.</summary>
public readonly record struct NormaliseResult
{
    private readonly Identifier _identifier;

    private NormaliseResult(Identifier identifier, InvalidIdentifier? error) =>
        (_identifier, Error) = (identifier, error);

    /// <summary>Why the value is refused; null where it is not.</summary>
    public InvalidIdentifier? Error { get; }

    /// <summary>The identifier, or else the error.</summary>
    public bool TryGet(out Identifier identifier, [NotNullWhen(false)] out InvalidIdentifier? error)
    {
        (identifier, error) = (_identifier, Error);
        return error is null;
    }

    internal static NormaliseResult Normalised(string name, string value) => new(new Identifier(name, value), null);

    internal static NormaliseResult Invalid(InvalidIdentifier error) => new(default, error);
}
