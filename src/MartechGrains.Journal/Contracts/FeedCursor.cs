using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace MartechGrains.Journal.Contracts;

/// <summary>
/// Where a reader of the change feed stands: the last batch it has dealt with, per writer. Immutable.
/// As text: <c>writer-batch</c> pairs by rising writer, joined by dots, such as <c>1-420.3-17</c>; the start is empty.
/// </summary>
public sealed class FeedCursor : IEquatable<FeedCursor>
{
    /// <summary>Most writers a parsed cursor may name.</summary>
    public const int MaxWriters = 10_000;

    private readonly ImmutableSortedDictionary<int, long> _batches;

    private FeedCursor(ImmutableSortedDictionary<int, long> batches) => _batches = batches;

    /// <summary>Before the first batch.</summary>
    public static FeedCursor Start { get; } = new(ImmutableSortedDictionary<int, long>.Empty);

    /// <summary>The last batch dealt with, by writer.</summary>
    public IReadOnlyDictionary<int, long> Batches => _batches;

    /// <summary>The largest batch number of any writer; 0 at the start.</summary>
    public long Newest => _batches.IsEmpty ? 0 : _batches.Values.Max();

    /// <summary>The cursor after one more batch. A batch before the one it stands at leaves it as it is.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is not positive.</exception>
    public FeedCursor With(int writer, long batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(writer, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        return _batches.TryGetValue(writer, out var at) && at >= batch ? this : new(_batches.SetItem(writer, batch));
    }

    /// <summary>
    /// Reads what <see cref="ToString"/> wrote. Anything else is refused, so text and cursor are one to one.
    /// </summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out FeedCursor? cursor)
    {
        cursor = null;
        if (text is null)
            return false;
        var batches = ImmutableSortedDictionary.CreateBuilder<int, long>();
        var last = 0;
        foreach (var range in text.Length == 0 ? default : text.AsSpan().Split('.'))
        {
            var pair = text.AsSpan(range);
            var dash = pair.IndexOf('-');
            if (dash < 0 || !TryNumber(pair[..dash], out var writer) || !TryNumber(pair[(dash + 1)..], out var batch)
                || writer <= last || writer > int.MaxValue || batches.Count == MaxWriters)
                return false;
            last = (int)writer;
            batches.Add(last, batch);
        }
        cursor = new FeedCursor(batches.ToImmutable());
        return true;
    }

    /// <summary>See the type's remarks; safe in URLs and headers.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (writer, batch) in _batches)
        {
            if (text.Length > 0)
                text.Append('.');
            text.Append(CultureInfo.InvariantCulture, $"{writer}-{batch}");
        }
        return text.ToString();
    }

    /// <inheritdoc/>
    public bool Equals(FeedCursor? other) => other is not null && _batches.SequenceEqual(other._batches);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FeedCursor);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var (writer, batch) in _batches)
        {
            hash.Add(writer);
            hash.Add(batch);
        }
        return hash.ToHashCode();
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out long number) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number > 0 && digits[0] != '0';
}
