using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Sealing;

namespace MartechGrains.Journal.Sqlite;

/// <summary>
/// Keeps a data folder for one process. The system lets go of it when the process ends, however it ends.
/// </summary>
internal sealed class DataFolderLock : IDisposable
{
    private const string Name = "journal.lock";
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    public static DataFolderLock Take(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Name);
        try
        {
            return new DataFolderLock(
                new FileStream(path, PrivateFile.Options(FileMode.OpenOrCreate, FileShare.None)));
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new DataFolderInUseException(
                $"The data folder {Path.GetFullPath(folder)} is in use by another process. Stop that process, choose "
                + "another folder, or use PostgreSQL to run several processes over the same data.",
                error);
        }
    }

    public void Dispose() => _file.Dispose();
}
