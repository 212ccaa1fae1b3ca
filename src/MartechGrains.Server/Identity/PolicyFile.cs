using MartechGrains.Definitions;
using MartechGrains.Grains.Adoption;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Identity;

/// <summary>A file with an identity policy, as it was read.</summary>
/// <param name="Version">The policy; null where anything is wrong.</param>
/// <param name="Faults">All that is wrong, each as it is said of the setting that names the file.</param>
internal sealed record PolicyFile(PolicyVersion? Version, IReadOnlyList<(SettingFaultKind Kind, string Text)> Faults)
{
    /// <summary>Reads one.</summary>
    public static PolicyFile Read(string path)
    {
        string text;
        try
        {
            text = ReadText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new PolicyFile(null, [(SettingFaultKind.UnreadableFile, SettingFault.Unreadable(path, error))]);
        }
        if (text.Length > PolicyVersion.MaxYamlLength)
            return Invalid(
                [$"names {path}, which has more than {PolicyVersion.MaxYamlLength} characters. Shorten it."]);
        var loaded = IdentityPolicyLoader.Load(text, path);
        return loaded.Definition is { } definition
            ? new PolicyFile(
                new PolicyVersion(
                    definition.Policy.Version, text, default, Environment.UserName, $"started with {path}"),
                [])
            : Invalid(loaded.Errors.Select(static error => $"is wrong: {error}"));
    }

    private static PolicyFile Invalid(IEnumerable<string> faults) =>
        new(null, [.. faults.Select(static fault => (SettingFaultKind.Invalid, fault))]);

    /// <summary>The text, as far as to see that it is too long.</summary>
    private static string ReadText(string path)
    {
        using var reader = File.OpenText(path);
        var text = new char[PolicyVersion.MaxYamlLength + 1];
        return new string(text, 0, reader.ReadBlock(text));
    }
}
