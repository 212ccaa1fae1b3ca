using MartechGrains.Server.Demo;
using MartechGrains.Server.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(ServerSettings.Help);
    return 0;
}

MemoryExhaustion.EndProcess();
using var stop = new StopRequest();
// Until the options are read, the command line alone can ask for more.
var verbose = args.Contains("--verbose");
var started = false;
try
{
    var options = ServerSettings.Read(args, Environment.GetEnvironmentVariables());
    verbose = options.Start.Verbose;
    using var demoFolder = options.Start.Demo ? new TemporaryFolder() : null;
    if (demoFolder is not null) options = options.ForDemo(demoFolder.Path);
    await using var deployment = await Deployment.OpenAsync(options, TimeProvider.System, stop.Token);
    await using var app = ServerHost.Build(options, deployment, stop.Token);
    await ServerHost.StartAsync(app, stop.Token);
    foreach (var line in options.Describe()) Console.WriteLine(line);
    var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
        .ToArray();
    Console.WriteLine($"Listening: HTTP on {addresses[0]}, gRPC on {addresses[1]}. Ctrl+C stops.");
    try
    {
        if (options.Start.Demo)
            await DemoRun.RunAsync(addresses[0], addresses[1], DateTimeOffset.UtcNow, Console.Out, stop.Token);
        started = true;
        await app.WaitForShutdownAsync();
    }
    finally
    {
        await app.StopAsync();
    }
    return deployment.ExitCode;
}
catch (Exception error) when (stop.IsMade && !started)
{
    return StartFailure.ReportStopped(error, verbose, Console.Out);
}
catch (Exception error)
{
    return StartFailure.Report(error, verbose, Console.Error);
}
