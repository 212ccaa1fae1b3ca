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
    [Setting("KEY", Name = "operator-key", Default = "none")]
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
        foreach (var (source, key) in WriteKeys.Select(Cut))
        {
            if (Refusal(source, key) is { } refusal)
                yield return Refused(refusal);
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
        if (OperatorRefusal(sources) is { } operators)
            yield return new ValidationResult(operators, [nameof(OperatorKeys)]);
    }

    private string? OperatorRefusal(Dictionary<string, string> sources)
    {
        if (OperatorKeys.Count > MaxOperatorKeys) return $"operator-key may be given at most {MaxOperatorKeys} times";
        if (!OperatorKeys.All(Access.WriteKeys.IsKey))
            return $"operator-key must have 1 to {Access.WriteKeys.MaxKeyLength} characters and no colon";
        return OperatorKeys.FirstOrDefault(sources.ContainsKey) is { } shared
            ? $"operator-key must be another key than the write-key of the source '{sources[shared]}'"
            : null;
    }

    private static string? Refusal(string source, string key)
    {
        if (string.IsNullOrWhiteSpace(source) || key.Length == 0)
            return "write-key must be SOURCE=KEY: the name of the source, then its key";
        if (source.Length > Access.WriteKeys.MaxSourceLength || source.Any(char.IsControl))
            return $"write-key names a source of more than {Access.WriteKeys.MaxSourceLength} characters, or with "
                + "control characters; shorten it";
        return Access.WriteKeys.IsKey(key)
            ? null
            : $"write-key of the source '{source}' must have at most {Access.WriteKeys.MaxKeyLength} characters and "
                + "no colon";
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
