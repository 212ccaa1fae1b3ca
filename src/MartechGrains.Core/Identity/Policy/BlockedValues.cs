using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace MartechGrains.Core.Identity.Policy;

/// <summary>
/// Values that name nobody, such as <c>null</c> or a shop's own test address: exact ones, compared without regard to
/// case, and patterns. Immutable and safe to share between threads.
/// </summary>
public sealed class BlockedValues
{
    /// <summary>Most patterns of one list.</summary>
    public const int MaxPatterns = 64;

    /// <summary>Longest pattern, in characters.</summary>
    public const int MaxPatternLength = 512;

    /// <summary>Blocks nothing.</summary>
    public static readonly BlockedValues None = new([], []);

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private readonly FrozenSet<string> _values;
    // All patterns as one, so that a value is gone through once, however many there are.
    private readonly Regex? _pattern;

    /// <summary>Compiles a list. Patterns are matched in linear time, so no input can stall a node.</summary>
    /// <param name="values">Exact values, in any case.</param>
    /// <param name="patterns">.NET patterns without look-around or back references, matched against the whole value or
    /// a part of it, as anchored.</param>
    /// <exception cref="ArgumentException">A pattern is malformed or too long, or there are too many.</exception>
    /// <exception cref="NotSupportedException">A pattern needs backtracking.</exception>
    public BlockedValues(IEnumerable<string> values, IEnumerable<string> patterns)
    {
        _values = values.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        var compiled = patterns.Select(Compile).ToArray();
        if (compiled.Length > MaxPatterns)
            throw new ArgumentException($"At most {MaxPatterns} blocked patterns are allowed.", nameof(patterns));
        if (compiled.Length > 0)
            _pattern = new Regex(string.Join('|', compiled.Select(static one => $"(?:{one})")), Options);
    }

    /// <summary>Compiles one pattern as the constructor does, to check it.</summary>
    /// <exception cref="ArgumentException">The pattern is malformed or too long.</exception>
    /// <exception cref="NotSupportedException">The pattern needs backtracking.</exception>
    public static Regex Compile(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Length > MaxPatternLength)
        {
            throw new ArgumentException(
                $"A blocked pattern has at most {MaxPatternLength} characters.", nameof(pattern));
        }

        return new Regex(pattern, Options);
    }

    /// <summary>Whether the value is on the list.</summary>
    public bool Contains(string value) => _values.Contains(value) || _pattern?.IsMatch(value) == true;
}
