using System.Collections.Immutable;

namespace MartechGrains.Core.Identity;

/// <summary>Compares sorted sets of identifiers by content.</summary>
internal sealed class IdentifierSetComparer : IEqualityComparer<ImmutableArray<Identifier>>
{
    public static readonly IdentifierSetComparer Instance = new();

    public bool Equals(ImmutableArray<Identifier> x, ImmutableArray<Identifier> y) =>
        x.AsSpan().SequenceEqual(y.AsSpan());

    public int GetHashCode(ImmutableArray<Identifier> obj)
    {
        var hash = new HashCode();
        foreach (var identifier in obj)
            hash.Add(identifier);
        return hash.ToHashCode();
    }
}
