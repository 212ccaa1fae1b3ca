using MartechGrains.Cli;
using MartechGrains.Cli.Output;

return await MartechCommand.RunAsync(args, Terminal.OfProcess());
