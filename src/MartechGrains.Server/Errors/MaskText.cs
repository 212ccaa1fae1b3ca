namespace MartechGrains.Server.Errors;

/// <summary>
/// Carries the paths of a field mask through the framework as they were sent in JSON. It turns capitals into
/// underscores and small letters, and refuses underscores: what a path was can then not be told.
/// </summary>
internal static class MaskText
{
    // Of the private use area: no name has them, and the framework leaves them alone.
    private const int Shift = 0xE000;

    /// <summary>A mask in JSON, as the framework leaves it alone.</summary>
    public static string Protect(string mask) => string.Create(mask.Length, mask, static (text, from) =>
    {
        for (var i = 0; i < text.Length; i++)
            text[i] = IsTouched(from[i]) ? (char)(from[i] + Shift) : from[i];
    });

    /// <summary>A path of a mask, as it was sent, whichever way it came.</summary>
    public static string Restore(string path) => path.Any(static letter => letter > Shift)
        ? string.Create(path.Length, path, static (text, from) =>
        {
            for (var i = 0; i < text.Length; i++)
                text[i] = from[i] > Shift && IsTouched((char)(from[i] - Shift)) ? (char)(from[i] - Shift) : from[i];
        })
        : path;

    private static bool IsTouched(char letter) => letter == '_' || char.IsAsciiLetterUpper(letter);
}
