using System.Runtime.InteropServices;

namespace MartechGrains.Grains.Walks;

/// <summary>A digest and what it is sorted by: two numbers, then the digest itself.</summary>
/// <param name="Major">The first number.</param>
/// <param name="Minor">The second number.</param>
/// <param name="DigestMajor">The first half of the digest, big-endian.</param>
/// <param name="DigestMinor">The second half.</param>
internal readonly record struct SortedDigest(UInt128 Major, UInt128 Minor, UInt128 DigestMajor, UInt128 DigestMinor)
    : IComparable<SortedDigest>
{
    public int CompareTo(SortedDigest other)
    {
        var order = Major.CompareTo(other.Major);
        if (order == 0) order = Minor.CompareTo(other.Minor);
        if (order == 0) order = DigestMajor.CompareTo(other.DigestMajor);
        return order == 0 ? DigestMinor.CompareTo(other.DigestMinor) : order;
    }
}

/// <summary>
/// Sorts any number of digests in bounded memory: what has gathered is sorted and put aside in a temporary file, which
/// nobody else can read and which is gone afterwards, and at the end all that was put aside is merged.
/// </summary>
/// <param name="maxGathered">Most digests that are held at a time, besides a few of each part put aside.</param>
internal sealed class SortedDigests(int maxGathered = SortedDigests.MaxGathered) : IDisposable
{
    /// <summary>Most digests that are held at a time: 8 MiB of them.</summary>
    public const int MaxGathered = 131_072;

    /// <summary>Digests of one part that are read from the file at once.</summary>
    private const int ReadAhead = 256;

    private readonly List<SortedDigest> _gathered = [];
    private readonly List<(long First, int Count)> _parts = [];
    private FileStream? _file;
    private long _written;

    /// <summary>Digests added.</summary>
    public long Count { get; private set; }

    public void Add(in SortedDigest digest)
    {
        if (_gathered.Count == maxGathered) PutAside();
        _gathered.Add(digest);
        Count++;
    }

    /// <summary>All of them, in order. Nothing is to be added afterwards.</summary>
    public IEnumerable<SortedDigest> InOrder()
    {
        _gathered.Sort();
        var parts = new PriorityQueue<IEnumerator<SortedDigest>, SortedDigest>();
        foreach (var part in _parts.Select(part => Read(part.First, part.Count)).Append(_gathered))
            Enqueue(part.GetEnumerator());
        while (parts.TryDequeue(out var part, out var digest))
        {
            yield return digest;
            Enqueue(part);
        }

        void Enqueue(IEnumerator<SortedDigest> part)
        {
            if (part.MoveNext()) parts.Enqueue(part, part.Current);
            else part.Dispose();
        }
    }

    public void Dispose() => _file?.Dispose();

    private static FileStream Open()
    {
        var options = new FileStreamOptions
        {
            Access = FileAccess.ReadWrite,
            Mode = FileMode.CreateNew,
            Options = FileOptions.DeleteOnClose,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(Path.Combine(Path.GetTempPath(), $"martechgrains-{Guid.NewGuid():n}"), options);
    }

    private void PutAside()
    {
        _file ??= Open();
        _gathered.Sort();
        var bytes = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_gathered));
        _parts.Add((_written, _gathered.Count));
        RandomAccess.Write(_file.SafeFileHandle, bytes, _written);
        _written += bytes.Length;
        WalkMetrics.DigestsPutAside.Add(_gathered.Count);
        _gathered.Clear();
    }

    private IEnumerable<SortedDigest> Read(long first, int count)
    {
        var ahead = new SortedDigest[Math.Min(count, ReadAhead)];
        for (var left = count; left > 0; left -= ahead.Length)
        {
            var length = Math.Min(left, ahead.Length);
            first += Fill(ahead.AsSpan(0, length), first);
            for (var i = 0; i < length; i++) yield return ahead[i];
        }
    }

    private int Fill(Span<SortedDigest> digests, long from)
    {
        var bytes = MemoryMarshal.AsBytes(digests);
        for (var read = 0; read < bytes.Length;)
        {
            var more = RandomAccess.Read(_file!.SafeFileHandle, bytes[read..], from + read);
            if (more == 0) throw new EndOfStreamException("The temporary file of a sort was cut off.");
            read += more;
        }
        return bytes.Length;
    }
}
