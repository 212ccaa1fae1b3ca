using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace MartechGrains.Core.Identity.Normalisation;

/// <summary>
/// Unicode normalisation form C with the tables of Unicode 14.0. The platform's own is no choice: under invariant
/// globalization it returns its input, and elsewhere it follows the machine's ICU, so that two nodes could disagree on
/// a person's identifier. Unicode promises that the form of a character never changes once it is assigned.
/// </summary>
public static class CanonicalComposition
{
    /// <summary>
    /// Below it no character takes part in a composition with what stands before it, or decomposes for good.
    /// </summary>
    private const char FirstAffected = '\u0300';

    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;

    private static readonly Lazy<Tables> Data = new(Tables.Read);

    /// <summary>The text in form C. Text without characters from U+0300 on comes back as it is.</summary>
    /// <param name="text">Valid UTF-16; a lone surrogate becomes U+FFFD.</param>
    public static string Compose(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.AsSpan().IndexOfAnyInRange(FirstAffected, char.MaxValue) < 0)
            return text;
        var tables = Data.Value;
        var points = new List<int>(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
            tables.Decompose(rune.Value, points);
        tables.Reorder(points);
        tables.Compose(points);
        var composed = new StringBuilder(points.Count);
        foreach (var point in points)
            composed.Append(new Rune(point).ToString());
        return composed.ToString();
    }

    private sealed class Tables
    {
        private readonly FrozenDictionary<int, (int First, int Second)> _decompositions;
        private readonly FrozenDictionary<long, int> _compositions;
        private readonly FrozenDictionary<int, int> _classes;

        private Tables(
            Dictionary<int, (int First, int Second)> decompositions,
            Dictionary<long, int> compositions,
            Dictionary<int, int> classes)
        {
            _decompositions = decompositions.ToFrozenDictionary();
            _compositions = compositions.ToFrozenDictionary();
            _classes = classes.ToFrozenDictionary();
        }

        public static Tables Read()
        {
            var decompositions = new Dictionary<int, (int, int)>();
            var compositions = new Dictionary<long, int>();
            var classes = new Dictionary<int, int>();
            using var stream = typeof(Tables).Assembly.GetManifestResourceStream("unicode-canonical.txt")
                ?? throw new InvalidOperationException("The Unicode tables are missing from the assembly.");
            using var reader = new StreamReader(stream, Encoding.UTF8);
            while (reader.ReadLine() is { } line)
            {
                var fields = line.Split(' ');
                if (fields[0] == "c")
                {
                    for (var point = Hex(fields[1]); point <= Hex(fields[2]); point++)
                        classes[point] = int.Parse(fields[3], CultureInfo.InvariantCulture);
                }
                else if (fields[0] is "d" or "s")
                {
                    var parts = (Hex(fields[2]), fields.Length > 3 ? Hex(fields[3]) : 0);
                    decompositions[Hex(fields[1])] = parts;
                    if (fields[0] == "d")
                        compositions[Key(parts.Item1, parts.Item2)] = Hex(fields[1]);
                }
            }

            return new Tables(decompositions, compositions, classes);
        }

        public void Decompose(int point, List<int> into)
        {
            var syllable = point - HangulBase;
            if (syllable is >= 0 and < LeadCount * VowelCount * TrailCount)
            {
                into.Add(LeadBase + (syllable / (VowelCount * TrailCount)));
                into.Add(VowelBase + (syllable % (VowelCount * TrailCount) / TrailCount));
                if (syllable % TrailCount != 0)
                    into.Add(TrailBase + (syllable % TrailCount));
            }
            else if (_decompositions.TryGetValue(point, out var parts))
            {
                // The tables are four levels deep at most.
                Decompose(parts.First, into);
                if (parts.Second != 0)
                    Decompose(parts.Second, into);
            }
            else
            {
                into.Add(point);
            }
        }

        /// <summary>Sorts each run of combining marks by class, keeping the order of equals.</summary>
        public void Reorder(List<int> points)
        {
            for (var start = 0; start < points.Count; start++)
            {
                var end = start;
                while (end < points.Count && Class(points[end]) != 0)
                    end++;
                if (end - start > 1)
                {
                    var sorted = points.GetRange(start, end - start).OrderBy(Class).ToArray();
                    for (var i = 0; i < sorted.Length; i++)
                        points[start + i] = sorted[i];
                }

                start = end;
            }
        }

        public void Compose(List<int> points)
        {
            var kept = 0;
            var starter = -1;
            var lastClass = 0;
            for (var i = 0; i < points.Count; i++)
            {
                var point = points[i];
                var own = Class(point);
                var isBlocked = starter < 0 || (kept - starter > 1 && (lastClass == 0 || lastClass >= own));
                if (!isBlocked && TryCompose(points[starter], point, out var composed))
                {
                    points[starter] = composed;
                    continue;
                }

                if (own == 0)
                    starter = kept;
                lastClass = own;
                points[kept++] = point;
            }

            points.RemoveRange(kept, points.Count - kept);
        }

        private bool TryCompose(int first, int second, out int composed)
        {
            var (lead, vowel) = (first - LeadBase, second - VowelBase);
            if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
            {
                composed = HangulBase + (((lead * VowelCount) + vowel) * TrailCount);
                return true;
            }

            var (syllable, trail) = (first - HangulBase, second - TrailBase);
            if (syllable is >= 0 and < LeadCount * VowelCount * TrailCount
                && syllable % TrailCount == 0 && trail is > 0 and < TrailCount)
            {
                composed = first + trail;
                return true;
            }

            return _compositions.TryGetValue(Key(first, second), out composed);
        }

        private int Class(int point) => _classes.GetValueOrDefault(point);

        private static long Key(int first, int second) => ((long)first << 32) | (uint)second;

        private static int Hex(string digits) =>
            int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
