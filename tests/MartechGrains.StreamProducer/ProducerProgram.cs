using System.Diagnostics;
using System.Globalization;
using MartechGrains.Grains.Streams.Inbound;
using Microsoft.Extensions.DependencyInjection;

namespace MartechGrains.StreamProducer;

/// <summary>
/// A producer inside the cluster, as a process that tests can kill: DATA ACKNOWLEDGED ORDERS SEED MOST [POSTGRES].
/// It ends with 0 when all orders are acknowledged; where more than MOST batches were left, it sends so many and waits.
/// It ends at once when its standard input closes, so that it outlives no test.
/// </summary>
public static class ProducerProgram
{
    /// <summary>What it says of each step of its start.</summary>
    public const string Starting = "Starting: ";

    /// <summary>What it says once its doors are open: where.</summary>
    public const string Listening = "Listening: ";

    /// <summary>What it says when it has nothing more to send, and waits to be killed.</summary>
    public const string Waiting = "Waiting.";

    /// <summary>How many steps its start has.</summary>
    public const int StartSteps = 4;

    private static async Task<int> Main(string[] args)
    {
        EndWithStandardInput();
        Console.WriteLine($"{Starting}the process");
        await using var server = await HostedServer.StartAsync(
            args[0], args.ElementAtOrDefault(5), static step => Console.WriteLine($"{Starting}{step}"));
        Console.WriteLine($"{Listening}{server.Grpc}");
        using var acknowledged = AcknowledgedFile.Open(args[1]);
        var random = new Random(int.Parse(args[3], CultureInfo.InvariantCulture));
        var sender = new BatchSender(server.Services.GetRequiredService<InboundEventStream>(), acknowledged, random);
        var batches = OrderBook.Batches(int.Parse(args[2], CultureInfo.InvariantCulture));
        if (!await sender.SendAsync(batches, int.Parse(args[4], CultureInfo.InvariantCulture)))
        {
            Console.WriteLine(Waiting);
            await new TaskCompletionSource().Task;
        }

        Console.WriteLine("Done.");
        return 0;
    }

    private static void EndWithStandardInput() => new Thread(static () =>
    {
        while (Console.In.Read() >= 0) continue;
        using var self = Process.GetCurrentProcess();
        self.Kill();
    })
    { IsBackground = true }.Start();
}
