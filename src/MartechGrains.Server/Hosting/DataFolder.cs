using System.Runtime.Versioning;
using MartechGrains.Journal.Sealing;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// The data folder, kept from other users of the machine. The databases in it are private in any case; a folder that
/// holds other things too, or that belongs to another user, such as a mounted volume, is left as open as it is.
/// </summary>
internal static class DataFolder
{
    /// <summary>The database of rarely changing state.</summary>
    public const string RegistryName = "registry.db";

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly string[] OurNames = [KeyFile.Name, "journal.", "registry."];

    /// <summary>Makes the folder where it is missing; closes one that is ours alone.</summary>
    /// <returns>Whether others are kept out of the folder itself.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made, or not be read.</exception>
    public static bool Prepare(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return false;
        }
        if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, Owner);
        var key = Path.Combine(folder, KeyFile.Name);
        if (File.Exists(key)) TryClose(key);
        return IsClosed(folder)
            || (Directory.EnumerateFileSystemEntries(folder).All(IsOurs) && TryClose(folder));
    }

    [UnsupportedOSPlatform("windows")]
    private static bool IsClosed(string path) => (File.GetUnixFileMode(path) & ~Owner) == 0;

    /// <summary>Only the owner of something may close it; whoever mounted it here has decided who that is.</summary>
    [UnsupportedOSPlatform("windows")]
    private static bool TryClose(string path)
    {
        try
        {
            if (!IsClosed(path)) File.SetUnixFileMode(path, File.GetUnixFileMode(path) & Owner);
            return true;
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    private static bool IsOurs(string path) => OurNames.Any(
        name => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal));
}
