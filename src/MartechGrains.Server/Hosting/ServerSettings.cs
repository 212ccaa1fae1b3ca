using System.Collections;
using MartechGrains.Server.Identity;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Hosting;

/// <summary>
/// Reads what the server is told: a file is overruled by the environment, and that by the command line, setting by
/// setting; a list is overruled whole, so that a key that was taken out of it is out of force.
/// </summary>
internal static class ServerSettings
{
    /// <summary>
    /// What the names of variables begin with. The second underscore keeps apart what Kubernetes injects for a service
    /// of the program's name, such as <c>MARTECHGRAINS_PORT</c>.
    /// </summary>
    public const string Prefix = "MARTECHGRAINS__";

    private const string FormerPrefix = "MARTECHGRAINS_";
    private const string Config = "config";
    private const string Demo = "demo";
    private const string Policy = "identity-policy";

    /// <summary>Settings that variables with the former prefix could name.</summary>
    private static readonly string[] Former =
    [
        "demo", "data", "postgres", "http-port", "grpc-port", "silo-port", "listen", "write-key", "identity-policy",
        "default-currency",
    ];

    /// <summary>What a demonstration brings along.</summary>
    private static readonly string[] NotBesideDemo = ["data", "postgres", "write-key"];

    /// <summary>Schemes of the addresses that Kubernetes injects.</summary>
    private static readonly string[] ServiceLinks = ["tcp://", "udp://", "sctp://"];

    /// <summary>The text of <c>--help</c>.</summary>
    public static string Help => $"""
        MartechGrains server

        {SettingsText.Help(ServerOptions.Catalogue)}
        Each setting can also be given in the environment, as {Prefix}NAME, such
        as {Prefix}HTTP_PORT, and as a member of a JSON object in a file, which
        --config names, or {Prefix}CONFIG. The command line wins over the
        environment, which wins over the file; a list is overruled whole. Unknown
        settings are refused.

        What may be repeated is a list: in a file ["shop=A", "shop=B"]; in the
        environment {Prefix}WRITE_KEY=shop=A,shop=B, or for items with commas
        one variable for each, {Prefix}WRITE_KEY__0, …__1 and so on.

        A TIME is hours:minutes:seconds, such as 00:00:15.

        {StartFailure.ExitCodes}
        """;

    /// <summary>Reads and validates.</summary>
    /// <exception cref="SettingsException">
    /// Something is unknown or cannot be worked with: all of it is named.
    /// </exception>
    public static ServerOptions Read(IReadOnlyList<string> arguments, IDictionary environment)
    {
        var faults = new List<SettingFault>();
        var (file, variables, line) = (Layer(), Layer(), Layer());
        line.AddCommandLine(arguments);
        variables.AddEnvironment(environment, Prefix);
        RefuseFormer(environment, faults);
        if ((line.Given.GetValueOrDefault(Config) ?? variables.Given.GetValueOrDefault(Config)) is { } config)
            file.AddFile(config.Values[^1], Config);
        var given = file.Given.Concat(variables.Given).Concat(line.Given)
            .GroupBy(static pair => pair.Key, static pair => pair.Value, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, static group => group.Last(), StringComparer.Ordinal);
        var options = SettingBinder.Bind<ServerOptions>(ServerOptions.Catalogue, given, faults);
        if (options.Start.Demo) RefuseBesideDemo(given, faults);
        options = options with { Policy = ReadPolicy(options.Policy, given, faults) };
        return faults.Count == 0 ? options : throw new SettingsException(faults);

        SettingLayer Layer() => new(ServerOptions.Catalogue, faults);
    }

    private static PolicyOptions ReadPolicy(
        PolicyOptions options, Dictionary<string, GivenSetting> given, List<SettingFault> faults)
    {
        if (options.IdentityPolicy is not { } path) return options;
        var file = PolicyFile.Read(path);
        faults.AddRange(file.Faults.Select(fault => new SettingFault(
            fault.Kind, Policy, $"{Policy} ({given[Policy].Place}) {fault.Text}")));
        return options with { Given = file.Version };
    }

    private static void RefuseBesideDemo(
        Dictionary<string, GivenSetting> given, List<SettingFault> faults) =>
        faults.AddRange(NotBesideDemo.Where(given.ContainsKey).Select(name => new SettingFault(
            SettingFaultKind.Conflict, name,
            $"{Demo} brings its own {name}. Leave out {Demo} ({given[Demo].Place}) or {name} ({given[name].Place}).")));

    private static void RefuseFormer(IDictionary environment, List<SettingFault> faults) =>
        faults.AddRange(
            from name in Former
            let variable = SettingLayers.VariableOf(FormerPrefix, name)
            where environment[variable] is string value && !IsServiceLink(value)
            select new SettingFault(
                SettingFaultKind.Renamed, name,
                $"{variable} is called {SettingLayers.VariableOf(Prefix, name)} now. Rename it, or take it away."));

    private static bool IsServiceLink(string value) =>
        ServiceLinks.Any(scheme => value.StartsWith(scheme, StringComparison.Ordinal));
}
