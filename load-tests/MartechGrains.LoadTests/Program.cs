using System.CommandLine;
using MartechGrains.LoadTests.Baselines.Bare;
using MartechGrains.LoadTests.Baselines.Naive;
using MartechGrains.LoadTests.Commands;
using MartechGrains.LoadTests.Traffic;


var root = new RootCommand("Measures MartechGrains beside baselines, side by side in one run.")
{
    RunOptions.AddTo(
        new Command("lookups", "Lookups, beside a bare gRPC service that answers with the same messages."),
        args,
        (options, cancellation) => new LookupsRun(options).RunAsync(cancellation)),
    RunOptions.AddTo(
        new Command("ingest", "Durable ingest on PostgreSQL, beside a naive Orleans service."),
        args,
        (options, cancellation) => new IngestRun(options).RunAsync(cancellation)),
    RunOptions.AddTo(
        new Command("component", "A person of 500 identifiers: lookups and links, beside one of few."),
        args,
        (options, cancellation) => new ComponentRun(options).RunAsync(cancellation)),
    RunOptions.AddTo(
        new Command("hairball", "Values that everybody shares: the last tenth of the events beside the second."),
        args,
        (options, cancellation) => new HairballRun(options).RunAsync(cancellation)),
    RunOptions.AddTo(
        new Command("wide", "Chains of events of many identifiers: the first lookup and one more link."),
        args,
        (options, cancellation) => new WideRun(options).RunAsync(cancellation)),
    RunOptions.AddTo(
        new Command("all", "Lookups, then ingest."),
        args,
        async (options, cancellation) => Math.Max(
            await new LookupsRun(options).RunAsync(cancellation),
            await new IngestRun(options).RunAsync(cancellation))),
    CompareOptions.Command(args),
    StagesRun.Command(args),
    GenerateCommand(),
    ServeBareCommand(),
    ServeNaiveCommand(),
};
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (InvalidOperationException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

static Command GenerateCommand()
{
    var count = new Option<int>("--count") { Description = "How many events.", DefaultValueFactory = _ => 20 };
    var people = new Option<int>("--people") { Description = "How many people.", DefaultValueFactory = _ => 20_000 };
    var seed = new Option<ulong>("--seed") { Description = "Seed.", DefaultValueFactory = _ => 1 };
    var start = new Option<DateTimeOffset>("--start")
    {
        Description = "Event time of the first event.",
        DefaultValueFactory = _ => new TrafficOptions().Start,
    };
    var command = new Command("generate", "Prints generated events as JSON lines in Segment's shape.")
    {
        count, people, seed, start,
    };
    command.SetAction(parsed =>
    {
        var traffic = new TrafficGenerator(new TrafficOptions
        {
            Seed = parsed.GetValue(seed),
            People = parsed.GetValue(people),
            Start = parsed.GetValue(start).ToUniversalTime(),
        });
        using var output = new StreamWriter(Console.OpenStandardOutput());
        for (var index = 0; index < parsed.GetValue(count); index++)
            output.Write(SegmentJsonEncoding.Line(traffic.At(index)) + "\n");
    });
    return command;
}

static Command ServeBareCommand()
{
    var profiles = new Option<string>("--profiles") { Required = true };
    return Serving(
        new Command("serve-bare", "The bare service; started by lookups.") { profiles },
        (parsed, http, grpc, stop) => BareServer.RunAsync(http, grpc, parsed.GetValue(profiles)!, stop));
}

static Command ServeNaiveCommand()
{
    var postgres = new Option<string>("--postgres") { Required = true };
    return Serving(
        new Command("serve-naive", "The naive service; started by ingest.") { postgres },
        (parsed, http, grpc, stop) => NaiveServer.RunAsync(http, grpc, parsed.GetValue(postgres)!, stop));
}

static Command Serving(Command command, Func<ParseResult, int, int, CancellationToken, Task> serve)
{
    var http = new Option<int>("--http-port") { Required = true };
    var grpc = new Option<int>("--grpc-port") { Required = true };
    command.Options.Add(http);
    command.Options.Add(grpc);
    command.Hidden = true;
    command.SetAction((parsed, stop) => serve(parsed, parsed.GetValue(http), parsed.GetValue(grpc), stop));
    return command;
}
