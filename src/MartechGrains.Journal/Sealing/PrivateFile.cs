namespace MartechGrains.Journal.Sealing;

/// <summary>
/// Files that only their owner may read, whatever the process's umask says. Windows goes by its folders.
/// </summary>
public static class PrivateFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>What SQLite keeps beside a database, with the database's own mode.</summary>
    private static readonly string[] DatabaseSuffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>How a file is opened that is private from its first moment on.</summary>
    /// <param name="mode">Whether it may or must be new.</param>
    /// <param name="share">What others may do meanwhile.</param>
    public static FileStreamOptions Options(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Owner;
        return options;
    }

    /// <summary>
    /// Sees to it that SQLite's database is private before SQLite opens it: creates an empty file where there is none,
    /// and closes one that was left open to others.
    /// </summary>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be created, or is of another user.</exception>
    public static void PrepareDatabase(string path)
    {
        if (!File.Exists(path))
            new FileStream(path, Options(FileMode.OpenOrCreate, FileShare.ReadWrite)).Dispose();
        foreach (var suffix in DatabaseSuffixes) Close(path + suffix);
    }

    /// <summary>Takes away what others than the owner may do with a file; nothing where there is none.</summary>
    /// <exception cref="UnauthorizedAccessException">The file is of another user.</exception>
    public static void Close(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path)) return;
        var mode = File.GetUnixFileMode(path);
        if ((mode & ~Owner) != 0) File.SetUnixFileMode(path, mode & Owner);
    }
}
