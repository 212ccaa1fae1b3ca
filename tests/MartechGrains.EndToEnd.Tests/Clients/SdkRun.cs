using System.Diagnostics;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Clients;

/// <summary>Installs npm packages into a temporary folder and runs a script that uses them.</summary>
internal static class SdkRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs the script; skips the test, visibly, where npm or its registry cannot be had.</summary>
    /// <param name="packages">Packages with their versions, with a space between two.</param>
    /// <param name="script">The text of the script.</param>
    /// <param name="arguments">What it is told.</param>
    public static async Task RunAsync(string packages, string script, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("martechgrains-sdk-").FullName;
        try
        {
            var install = await StartAsync(
                folder, "npm", ["install", "--no-save", "--no-audit", "--no-fund", "--silent", .. packages.Split(' ')]);
            Skip.If(install is null, "npm is not installed.");
            Skip.If(install!.Value.Code != 0, $"npm could not install {packages}: {install.Value.Output}");
            await File.WriteAllTextAsync(Path.Combine(folder, "run.mjs"), script);
            var run = await StartAsync(folder, "node", ["run.mjs", .. arguments]);
            Assert.NotNull(run);
            Assert.True(run!.Value.Code == 0, run.Value.Output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int Code, string Output)?> StartAsync(string folder, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        using (process)
        {
            using var limit = new CancellationTokenSource(Limit);
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            try
            {
                await process.WaitForExitAsync(limit.Token);
                return (process.ExitCode, await output + await errors);
            }
            finally
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
            }
        }
    }
}
