using System.Diagnostics;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Support;

/// <summary>A folder on a small disk of its own, in memory, that can be filled up and cleared.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int MaxBytes = 24 << 20;

    private readonly string _folder;

    private SmallDisk(string folder) => _folder = folder;

    private string Filler => Path.Combine(_folder, "filler");

    /// <summary>Mounts it; skips the test, visibly, where this user may not.</summary>
    public static SmallDisk Mount(string folder)
    {
        Skip.IfNot(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root may mount a disk to be filled.");
        Directory.CreateDirectory(folder);
        Skip.IfNot(
            Run("mount", "-t", "tmpfs", "-o", $"size={MaxBytes}", "tmpfs", folder) == 0,
            "No disk can be mounted here.");
        return new SmallDisk(folder);
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 1 << 20, 1 << 12, 1 })
        {
            try
            {
                while (true) file.Write(new byte[size]);
            }
            catch (IOException)
            {
                // No room for another piece of this size.
            }
        }
    }

    /// <summary>Frees what was filled.</summary>
    public void Clear() => File.Delete(Filler);

    public void Dispose() => Run("umount", "-l", _folder);

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
