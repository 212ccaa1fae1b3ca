using System.Text.Json;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// Settings as text by name, from a configuration file, the environment and the command line; the later win. Unknown
/// names are refused wherever they stand, so a misspelt setting never passes for a default.
/// </summary>
internal sealed class SettingSource
{
    public const string EnvironmentPrefix = "MARTECHGRAINS_";

    private static readonly string[] Known =
    [
        "demo", "data", "postgres", "http-port", "grpc-port", "silo-port", "listen", "write-key", "identity-policy",
        "default-currency",
    ];

    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);

    public IReadOnlyList<string> All(string name) => _values.TryGetValue(name, out var values) ? values : [];

    public string? Last(string name) => All(name) is { Count: > 0 } values ? values[^1] : null;

    public void AddEnvironment(IEnumerable<KeyValuePair<string, string>> variables)
    {
        foreach (var (variable, value) in variables)
        {
            if (!variable.StartsWith(EnvironmentPrefix, StringComparison.Ordinal)) continue;
            var name = variable[EnvironmentPrefix.Length..].ToLowerInvariant().Replace('_', '-');
            Replace(name, name == "write-key" ? value.Split(',', StringSplitOptions.TrimEntries) : [value], variable);
        }
    }

    public void AddFile(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var member in document.RootElement.EnumerateObject())
                Replace(
                    member.Name,
                    member.Value.ValueKind == JsonValueKind.Array
                        ? [.. member.Value.EnumerateArray().Select(static item => item.ToString())]
                        : [member.Value.ToString()],
                    $"{path}: {member.Name}");
        }
        catch (Exception error) when (error is IOException or JsonException or InvalidOperationException)
        {
            throw new OptionsException($"The configuration file {path} cannot be read: {error.Message}");
        }
    }

    public void AddCommandLine(IReadOnlyList<string> arguments)
    {
        var fresh = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (!argument.StartsWith("--", StringComparison.Ordinal))
                throw new OptionsException(
                    $"Unexpected argument '{argument}'. Settings are --NAME VALUE; --help lists them.");
            var split = argument.IndexOf('=', StringComparison.Ordinal);
            var name = split < 0 ? argument[2..] : argument[2..split];
            Check(name, argument);
            if (fresh.Add(name)) _values.Remove(name);
            var value = name == "demo" && split < 0 ? "true"
                : split >= 0 ? argument[(split + 1)..]
                : i + 1 < arguments.Count ? arguments[++i]
                : throw new OptionsException($"--{name} needs a value.");
            Add(name, value);
        }
    }

    private void Replace(string name, IReadOnlyList<string> values, string place)
    {
        Check(name, place);
        _values.Remove(name);
        foreach (var value in values) Add(name, value);
    }

    private void Add(string name, string value)
    {
        if (!_values.TryGetValue(name, out var values)) _values.Add(name, values = []);
        values.Add(value);
    }

    private static void Check(string name, string place)
    {
        if (!Known.Contains(name, StringComparer.Ordinal))
            throw new OptionsException($"Unknown setting at {place}. Known are: {string.Join(", ", Known)}.");
    }
}
