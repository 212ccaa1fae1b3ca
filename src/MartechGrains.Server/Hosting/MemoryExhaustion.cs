using System.Runtime.ExceptionServices;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// Ends the process when no memory is left. Whatever is thrown then is thrown in the middle of anything, and a process
/// that goes on answers nobody; a supervisor starts a new one, which has what is on disk.
/// </summary>
internal static class MemoryExhaustion
{
    /// <summary>Watches from now on.</summary>
    public static void EndProcess() => AppDomain.CurrentDomain.FirstChanceException += End;

    private static void End(object? sender, FirstChanceExceptionEventArgs args)
    {
        if (args.Exception is OutOfMemoryException)
            Environment.FailFast("No memory is left. The process ends, to be started anew.");
    }
}
