using MartechGrains.Cli;

return await MartechCommand.RunAsync(args, Terminal.OfProcess());
