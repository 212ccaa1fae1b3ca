namespace MartechGrains.Testing;

/// <summary>
/// Temporary folders of tests, in memory where the machine has room for them. That only saves the time that disks take:
/// tests end processes, and none of them cuts the power.
/// </summary>
public static class TestFolder
{
    private const string Memory = "/dev/shm";
    private const long Room = 1L << 30;

    private static readonly string Root =
        Directory.Exists(Memory) && new DriveInfo(Memory).AvailableFreeSpace >= Room ? Memory : Path.GetTempPath();

    /// <summary>Creates an empty folder, which the caller deletes.</summary>
    /// <param name="name">What it is for.</param>
    public static string Create(string name)
    {
        var folder = Path.Combine(Root, $"martechgrains-{name}-{Guid.NewGuid():n}");
        Directory.CreateDirectory(folder);
        return folder;
    }
}
