namespace MartechGrains.Server.Demo;

/// <summary>A folder that is gone when the demonstration ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("martechgrains-demo-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
