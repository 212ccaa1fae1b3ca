using MartechGrains.Journal.Contracts;
using MartechGrains.Server.Demo;
using MartechGrains.Server.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine(ServerOptionsReader.Help);
    return 0;
}

try
{
    var options = ServerOptionsReader.Read(args, Environment.GetEnvironmentVariables());
    using var demoFolder = options.Demo ? new TemporaryFolder() : null;
    if (demoFolder is not null) options = options.ForDemo(demoFolder.Path);
    await using var deployment = await Deployment.OpenAsync(options, TimeProvider.System, CancellationToken.None);
    await using var app = ServerHost.Build(options, deployment);
    await app.StartAsync();
    foreach (var line in options.Describe()) Console.WriteLine(line);
    var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
        .ToArray();
    Console.WriteLine($"Listening: HTTP on {addresses[0]}, gRPC on {addresses[1]}. Ctrl+C stops.");
    try
    {
        if (options.Demo) await DemoRun.RunAsync(addresses[0], addresses[1], DateTimeOffset.UtcNow, Console.Out);
        await app.WaitForShutdownAsync();
    }
    finally
    {
        await app.StopAsync();
    }
    return 0;
}
catch (Exception error) when (
    error is OptionsException or StoreSetupException or DataFolderInUseException or InvalidDataException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
