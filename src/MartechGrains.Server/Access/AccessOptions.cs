using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using MartechGrains.Grains.Registry;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Access;

/// <summary>Who may send events, and who may operate.</summary>
internal sealed record AccessOptions : IValidatableObject
{
    /// <summary>The write key that works where none is set, for the source of the same name.</summary>
    public const string DemoWriteKey = "demo";

    /// <summary>Most operator keys: enough to rotate them.</summary>
    public const int MaxOperatorKeys = 16;

    private const char Separator = '=';

    /// <summary>
    /// Write keys, each as <c>SOURCE=KEY</c>. Several may stand for one source, so that they can be rotated. Secrets.
    /// </summary>
    [Description("a producer's write key; may be repeated, also for one source, so that keys can be rotated")]
    [Setting("SOURCE=KEY", Name = "write-key", Default = $"{DemoWriteKey}={DemoWriteKey}")]
    [DataType(DataType.Password)]
    public IReadOnlyList<string> WriteKeys { get; init; } = [];

    /// <summary>The keys of operators, of whom there may be several so that they can be rotated. Secrets.</summary>
    [Description("a key for what only operators may call; may be repeated; without one, only its machine may")]
    [Setting("KEY", Name = "operator-key", Default = Setting.None)]
    [DataType(DataType.Password)]
    public IReadOnlyList<string> OperatorKeys { get; init; } = [];

    /// <summary>
    /// The source of calls that carry no write key: there is one only where no key is set, and there a call may also
    /// name any other source. Null: every call needs a key.
    /// </summary>
    public string? SourceWithoutKey => WriteKeys.Count == 0 ? DemoWriteKey : null;

    /// <summary>The source of each write key in force: the demo key where none is set.</summary>
    public IReadOnlyDictionary<string, string> SourcesByKey => WriteKeys.Count == 0
        ? new Dictionary<string, string>(StringComparer.Ordinal) { [DemoWriteKey] = DemoWriteKey }
        : WriteKeys.Select(Cut).DistinctBy(static pair => pair.Key).ToDictionary(
            static pair => pair.Key, static pair => pair.Source, StringComparer.Ordinal);

    /// <summary>The write keys in force, one for each key, with the keys masked.</summary>
    public string Shown => string.Join(", ", SourcesByKey.Values.Order(StringComparer.Ordinal)
        .Select(static source => $"{source}{Separator}{Setting.Masked}"));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < WriteKeys.Count; i++)
        {
            var (source, key) = Cut(WriteKeys[i]);
            if (Refusal(source, key) is { } refusal)
                yield return Refused($"Item {i + 1} of write-key {refusal}");
            else if (!sources.TryAdd(key, source) && sources[key] != source)
                yield return Refused(
                    $"write-key gives the sources '{sources[key]}' and '{source}' the same key; each needs its own");
        }
        foreach (var source in sources.CountBy(static pair => pair.Value, StringComparer.Ordinal))
        {
            if (source.Value > SourceRecord.MaxWriteKeys)
                yield return Refused(
                    $"write-key gives the source '{source.Key}' more than {SourceRecord.MaxWriteKeys} keys");
        }
        if (WriteKeys.Count == 0) sources.Add(DemoWriteKey, DemoWriteKey);
        foreach (var refusal in OperatorRefusals(sources))
            yield return new ValidationResult(refusal, [nameof(OperatorKeys)]);
    }

    private IEnumerable<string> OperatorRefusals(Dictionary<string, string> sources)
    {
        if (OperatorKeys.Count > MaxOperatorKeys)
            yield return $"operator-key may be given at most {MaxOperatorKeys} times";
        for (var i = 0; i < OperatorKeys.Count; i++)
        {
            if (!Access.WriteKeys.IsKey(OperatorKeys[i]))
                yield return $"Item {i + 1} of operator-key must have 1 to {Access.WriteKeys.MaxKeyLength} characters "
                    + "and no colon";
            else if (sources.TryGetValue(OperatorKeys[i], out var source))
                yield return $"Item {i + 1} of operator-key must be another key than the write-key of the source "
                    + $"'{source}'";
        }
    }

    private static string? Refusal(string source, string key)
    {
        if (string.IsNullOrWhiteSpace(source) || key.Length == 0)
            return "must be SOURCE=KEY: the name of the source, then its key";
        if (source.Length > Access.WriteKeys.MaxSourceLength || source.Any(char.IsControl))
            return $"names a source of more than {Access.WriteKeys.MaxSourceLength} characters, or with control "
                + "characters; shorten it";
        return Access.WriteKeys.IsKey(key)
            ? null
            : $"(source '{source}') must have a key of at most {Access.WriteKeys.MaxKeyLength} characters, without a "
                + "colon";
    }

    private static (string Source, string Key) Cut(string text)
    {
        var at = text.IndexOf(Separator, StringComparison.Ordinal);
        return at < 0 ? ("", "") : (text[..at], text[(at + 1)..]);
    }

    private static ValidationResult Refused(string refusal) => new(refusal, [nameof(WriteKeys)]);

    private bool PrintMembers(StringBuilder text)
    {
        text.Append(Shown);
        return true;
    }
}
