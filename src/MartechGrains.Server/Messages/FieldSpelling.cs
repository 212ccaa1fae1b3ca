using System.Diagnostics.CodeAnalysis;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Messages;

/// <summary>
/// Compares the names of fields as JSON and protobuf spell them: <c>purchase_count</c>, <c>purchaseCount</c> and
/// <c>purchase_Count</c> are one. Clients that turn masks from one form into the other lose where the underscores of a
/// name were, as of <c>event_count_7d</c>; so underscores and the case of letters tell nothing.
/// </summary>
internal sealed class FieldSpelling : IEqualityComparer<string>
{
    private FieldSpelling()
    {
    }

    /// <summary>The only one.</summary>
    public static FieldSpelling Comparer { get; } = new();

    /// <summary>Whether a text that is no name of a field at least looks like one, and may be told back.</summary>
    public static bool IsShown(string text) => MessageFields.MayBeName(text) && char.IsAsciiLetter(text[0]);

    /// <inheritdoc/>
    public bool Equals(string? x, string? y)
    {
        if (x is null || y is null) return ReferenceEquals(x, y);
        int i = 0, j = 0;
        while (true)
        {
            while (i < x.Length && x[i] == '_') i++;
            while (j < y.Length && y[j] == '_') j++;
            if (i == x.Length || j == y.Length) return i == x.Length && j == y.Length;
            if (char.ToLowerInvariant(x[i++]) != char.ToLowerInvariant(y[j++])) return false;
        }
    }

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] string obj)
    {
        var hash = default(HashCode);
        foreach (var letter in obj)
        {
            if (letter != '_') hash.Add(char.ToLowerInvariant(letter));
        }

        return hash.ToHashCode();
    }
}
