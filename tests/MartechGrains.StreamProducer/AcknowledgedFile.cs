using System.Text;

namespace MartechGrains.StreamProducer;

/// <summary>
/// The ids of acknowledged batches, one per line, each on disk before it counts. The end of a process may cut the last
/// line short; it is then dropped, and its batch is sent again.
/// </summary>
public sealed class AcknowledgedFile : IDisposable
{
    private const int LineLength = 33;

    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly HashSet<Guid> _ids = [];

    private AcknowledgedFile(FileStream file) => _file = file;

    /// <summary>Opens the file, or creates it.</summary>
    public static AcknowledgedFile Open(string path)
    {
        var opened = new AcknowledgedFile(
            new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
        opened._ids.UnionWith(Read(opened._file));
        opened._file.SetLength((long)opened._ids.Count * LineLength);
        opened._file.Seek(0, SeekOrigin.End);
        return opened;
    }

    /// <summary>The ids in a file that nobody writes to; none where there is no file.</summary>
    public static IReadOnlySet<Guid> Read(string path)
    {
        if (!File.Exists(path)) return new HashSet<Guid>();
        using var file = File.OpenRead(path);
        return Read(file);
    }

    /// <summary>Whether a batch is acknowledged.</summary>
    public bool Has(Guid id)
    {
        lock (_gate) return _ids.Contains(id);
    }

    /// <summary>Keeps an id; returns how many there are, once it is on disk.</summary>
    public int Add(Guid id)
    {
        lock (_gate)
        {
            if (!_ids.Add(id)) return _ids.Count;
            _file.Write(Encoding.ASCII.GetBytes($"{id:n}\n"));
            _file.Flush(flushToDisk: true);
            return _ids.Count;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static HashSet<Guid> Read(FileStream file)
    {
        var ids = new HashSet<Guid>();
        var line = new byte[LineLength];
        while (file.ReadAtLeast(line, LineLength, throwOnEndOfStream: false) == LineLength)
            ids.Add(Guid.ParseExact(Encoding.ASCII.GetString(line, 0, LineLength - 1), "n"));
        return ids;
    }
}
