using MartechGrains.Grains.Adoption;

namespace MartechGrains.Server.Hosting;

/// <summary>What the server logs: on one line each, to the console.</summary>
internal static class ServerLogging
{
    /// <summary>Sets it up.</summary>
    /// <param name="logging">Where.</param>
    /// <param name="isBrokenOff">
    /// Whether the operator has broken off the start: what that has Orleans and others complain of is no fault.
    /// </param>
    /// <param name="isStopping">Whether it was told to stop after it had started.</param>
    public static void Configure(ILoggingBuilder logging, Func<bool> isBrokenOff, Func<bool> isStopping)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(static console => console.SingleLine = true);
        Log(null, LogLevel.Warning);
        Log("MartechGrains", LogLevel.Information);
        Log("Orleans", LogLevel.Error);
        // Orleans speaks in the name of a grain service about its coming and going.
        Log(typeof(PolicyNotice).FullName, LogLevel.Warning);
        // It calls a request that cannot be read an error; UnreadRequestMiddleware logs what is one.
        Log("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);
        // It complains of bodies that were not waited for any more.
        logging.AddFilter(
            "Microsoft.AspNetCore.Server.Kestrel",
            level => level >= LogLevel.Warning && !isStopping() && !isBrokenOff());
        // A refused start is told in one line by the program itself.
        Log("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        void Log(string? category, LogLevel least) =>
            logging.AddFilter(category, level => level >= least && !isBrokenOff());
    }
}
