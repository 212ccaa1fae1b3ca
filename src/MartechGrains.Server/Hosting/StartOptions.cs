using System.ComponentModel;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Hosting;

/// <summary>How the process starts.</summary>
internal sealed record StartOptions
{
    /// <summary>Run on a temporary folder, with a small shop's events.</summary>
    [Description("run on a temporary folder, with a small shop's events")]
    public bool Demo { get; init; }

    /// <summary>The file with settings; null for none.</summary>
    [Description("the same settings as a JSON object")]
    [Setting("FILE", Default = Setting.None)]
    public string? Config { get; init; }

    /// <summary>Tell a failure to start with its stack, not only in one line.</summary>
    [Description("tell a failure to start with its stack, not only in one line")]
    public bool Verbose { get; init; }
}
