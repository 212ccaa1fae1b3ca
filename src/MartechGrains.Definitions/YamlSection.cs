using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace MartechGrains.Definitions;

/// <summary>
/// One mapping of a definition file. Every reading method adds an error with file, line and remedy instead of throwing,
/// so that a file is told all its faults at once.
/// </summary>
internal sealed class YamlSection(YamlMappingNode node, string file, string path, List<DefinitionError> errors)
{
    public void RefuseUnknownKeys(params string[] known)
    {
        foreach (var key in node.Children.Keys)
        {
            var name = (key as YamlScalarNode)?.Value;
            if (name is null || !known.Contains(name, StringComparer.Ordinal))
            {
                Fault(key, $"{path}'{name}' is not a known key.",
                    $"Known here are {string.Join(", ", known.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    public bool Has(string key) => Value(key) is not null;

    /// <summary>A text that must be there; empty, with an error added, where it is not.</summary>
    public string RequiredText(string key, string remedy)
    {
        if (Value(key) is YamlScalarNode { Value: { } text } && !string.IsNullOrWhiteSpace(text))
            return text.Trim();
        Fault(Value(key) ?? node, $"{path}'{key}' is missing.", remedy);
        return "";
    }

    /// <summary>A text, or null where the key is absent.</summary>
    public string? Text(string key)
    {
        switch (Value(key))
        {
            case null:
                return null;
            case YamlScalarNode { Value: { Length: > 0 } text }:
                return text.Trim();
            case { } other:
                Fault(other, $"{path}'{key}' is not a text.", "Write one value.");
                return null;
        }
    }

    /// <summary>A whole number within bounds, or null where the key is absent or, with an error added, wrong.</summary>
    public int? Number(string key, int from, int to)
    {
        switch (Value(key))
        {
            case null:
                return null;
            case YamlScalarNode { Style: ScalarStyle.Plain } scalar when int.TryParse(
                scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= from && number <= to:
                return number;
            case { } other:
                Fault(other, $"{path}'{key}' is not a whole number from {from} to {to}.", "Write such a number.");
                return null;
        }
    }

    /// <summary>One of several words, or the fallback where the key is absent or, with an error added, wrong.</summary>
    public T Choice<T>(string key, T fallback, params (string Word, T Value)[] choices)
    {
        var word = Text(key);
        if (word is null)
            return fallback;
        foreach (var choice in choices)
        {
            if (string.Equals(choice.Word, word, StringComparison.Ordinal))
                return choice.Value;
        }

        Fault(key, $"{path}'{key}' is not one of its words.",
            $"Write one of {string.Join(", ", choices.Select(c => c.Word))}.");
        return fallback;
    }

    /// <summary>The mappings of a list; none where the key is absent.</summary>
    public IEnumerable<YamlSection> Sections(string key, string itemName)
    {
        var position = 0;
        foreach (var item in Items(key))
        {
            var at = $"{path}{itemName} {++position}: ";
            if (item is YamlMappingNode mapping)
                yield return new YamlSection(mapping, file, at, errors);
            else
                Fault(item, $"{at}not a mapping.", "Write 'key: value' lines under the dash.");
        }
    }

    /// <summary>The texts of a list, each with its node for errors; none where the key is absent.</summary>
    public IEnumerable<(string Text, YamlNode Node)> Texts(string key)
    {
        foreach (var item in Items(key))
        {
            if (item is YamlScalarNode { Value: { } text } scalar && !IsNull(scalar))
                yield return (text, item);
            else
                Fault(item, $"{path}'{key}' holds something else than a text.", "Put each value into quotes.");
        }
    }

    /// <summary>Adds an error at a key's value, or at the section where the key is absent.</summary>
    public void Fault(string key, string message, string remedy) => Fault(Value(key) ?? node, message, remedy);

    public void Fault(YamlNode at, string message, string remedy) =>
        errors.Add(new DefinitionError(file, (int)at.Start.Line, (int)at.Start.Column, message, remedy));

    public int LineOf(string key) => (int)(Value(key) ?? node).Start.Line;

    private IEnumerable<YamlNode> Items(string key)
    {
        switch (Value(key))
        {
            case null:
                return [];
            case YamlSequenceNode list:
                return list.Children;
            case { } other:
                Fault(other, $"{path}'{key}' is not a list.", "Write '- ' before each entry.");
                return [];
        }
    }

    private YamlNode? Value(string key)
    {
        foreach (var (name, value) in node.Children)
        {
            if (name is YamlScalarNode scalar && string.Equals(scalar.Value, key, StringComparison.Ordinal))
                return value is YamlScalarNode found && IsNull(found) ? null : value;
        }

        return null;
    }

    private static bool IsNull(YamlScalarNode scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is null or "" or "~" or "null";
}
