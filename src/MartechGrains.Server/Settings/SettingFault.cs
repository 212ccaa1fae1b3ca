namespace MartechGrains.Server.Settings;

/// <summary>What can be wrong with a setting.</summary>
internal enum SettingFaultKind
{
    /// <summary>There is no setting of this name.</summary>
    Unknown,

    /// <summary>Its value is missing or empty.</summary>
    NoValue,

    /// <summary>Its value cannot be worked with.</summary>
    Invalid,

    /// <summary>It cannot be given beside another.</summary>
    Conflict,

    /// <summary>It has another name now.</summary>
    Renamed,

    /// <summary>The file it names cannot be read.</summary>
    UnreadableFile,
}

/// <summary>Something that is wrong with a setting.</summary>
/// <param name="Kind">What.</param>
/// <param name="Setting">Its name, as it was given where it is unknown.</param>
/// <param name="Text">For the operator: what is wrong, where it stands, what to do. No secret.</param>
internal sealed record SettingFault(SettingFaultKind Kind, string Setting, string Text)
{
    private const int MaxShown = 80;

    /// <summary>A value as a fault may show it: on one line, and not endless.</summary>
    public static string Shown(string value)
    {
        var shown = string.Concat(value.Take(MaxShown).Select(static c => char.IsControl(c) ? ' ' : c));
        return value.Length > MaxShown ? $"{shown}…" : shown;
    }

    /// <summary>A message of others as a sentence: what follows it is another one.</summary>
    public static string Sentence(string message) =>
        message.TrimEnd() is var text && text.EndsWith('.') ? text : $"{text}.";

    /// <summary>Why a file that a setting names cannot be read.</summary>
    /// <param name="path">What the setting names.</param>
    /// <param name="error">What came of reading it.</param>
    public static string Unreadable(string path, Exception error) => Directory.Exists(path)
        ? $"names {path}, which is a folder. Name a file."
        : $"names {path}, which cannot be read: {Sentence(error.Message)}";
}

/// <summary>The server was told something it cannot work with. Names every fault, no secret.</summary>
/// <param name="faults">All that is wrong.</param>
internal sealed class SettingsException(IReadOnlyList<SettingFault> faults)
    : Exception(string.Join(Environment.NewLine, faults.Select(static fault => fault.Text)))
{
    /// <summary>One fault.</summary>
    public SettingsException(SettingFaultKind kind, string setting, string text)
        : this([new SettingFault(kind, setting, text)])
    {
    }

    /// <summary>All that is wrong.</summary>
    public IReadOnlyList<SettingFault> Faults => faults;
}
