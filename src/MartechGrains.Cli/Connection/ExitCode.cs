namespace MartechGrains.Cli.Connection;

/// <summary>What the program answers to the shell.</summary>
public static class ExitCode
{
    /// <summary>Done, and nothing was refused.</summary>
    public const int Ok = 0;

    /// <summary>
    /// The server refused or failed, an event went to quarantine or was not sent, a file cannot be read, or the store
    /// is damaged.
    /// </summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; nothing was done.</summary>
    public const int Usage = 2;
}
