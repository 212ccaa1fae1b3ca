using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Npgsql;

namespace MartechGrains.Server.Hosting;

/// <summary>Reads and checks <see cref="ServerOptions"/>.</summary>
public static class ServerOptionsReader
{
    /// <summary>The help text.</summary>
    public const string Help = """
        MartechGrains server

          --demo                       run on a temporary folder, with a small shop's events
          --data DIR                   data folder (default: data): embedded store and deployment key
          --postgres CONNECTION        keep everything but the deployment key in PostgreSQL
          --http-port PORT             Segment API, health, JSON (default 5080; 0: any free)
          --grpc-port PORT             gRPC, HTTP/2 without TLS (default 5081; 0: any free)
          --silo-port PORT             cluster port (default: any free)
          --listen ADDRESS             address to listen on (default 127.0.0.1)
          --write-key SOURCE=KEY       a producer's write key; may be repeated (default: demo=demo)
          --identity-policy FILE       identity policy (default: the one that is shipped)
          --default-currency CODE      currency of amounts that name none (default USD)
          --config FILE                the same settings as a JSON object

        Each setting can also be given as MARTECHGRAINS_NAME in the environment, such as MARTECHGRAINS_HTTP_PORT.
        The command line wins over the environment, which wins over the file. Unknown settings are refused.
        """;

    /// <summary>Reads options from file, environment and command line.</summary>
    /// <exception cref="OptionsException">A setting is unknown or cannot be worked with.</exception>
    public static ServerOptions Read(IReadOnlyList<string> arguments, IDictionary environment)
    {
        var settings = new SettingSource();
        var rest = arguments.ToList();
        if (rest.IndexOf("--config") is var at and >= 0)
        {
            if (at + 1 == rest.Count) throw new OptionsException("--config needs a file.");
            settings.AddFile(rest[at + 1]);
            rest.RemoveRange(at, 2);
        }
        settings.AddEnvironment(environment.Cast<DictionaryEntry>().Select(static variable =>
            KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? "")));
        settings.AddCommandLine(rest);
        var defaults = new ServerOptions();
        return new ServerOptions
        {
            Demo = settings.Last("demo") is { } demo && Flag("demo", demo),
            Data = Text(settings, "data") ?? defaults.Data,
            Postgres = Connection(Text(settings, "postgres")),
            HttpPort = Number(settings, "http-port", 0, 65535) ?? defaults.HttpPort,
            GrpcPort = Number(settings, "grpc-port", 0, 65535) ?? defaults.GrpcPort,
            SiloPort = Number(settings, "silo-port", 0, 65535) ?? defaults.SiloPort,
            Listen = Address(Text(settings, "listen")) ?? defaults.Listen,
            WriteKeys = WriteKeys(settings.All("write-key")),
            IdentityPolicy = Text(settings, "identity-policy"),
            DefaultCurrency = Currency(Text(settings, "default-currency")) ?? defaults.DefaultCurrency,
        };
    }

    private static string? Text(SettingSource settings, string name) => settings.Last(name) switch
    {
        null => null,
        "" => throw new OptionsException($"{name} is empty. Leave it out for its default."),
        var value => value,
    };

    private static bool Flag(string name, string value) =>
        bool.TryParse(value, out var flag) ? flag : throw new OptionsException($"{name} is neither true nor false.");

    private static int? Number(SettingSource settings, string name, int least, int most)
    {
        if (Text(settings, name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
            ? number
            : throw new OptionsException($"{name} must be a whole number from {least} to {most}, not '{text}'.");
    }

    private static string? Address(string? text) => text is null || IPAddress.TryParse(text, out _)
        ? text
        : throw new OptionsException($"listen must be an IP address, such as 127.0.0.1 or 0.0.0.0, not '{text}'.");

    private static string? Currency(string? text) =>
        text is null || (text.Length == 3 && text.All(char.IsAsciiLetterUpper))
        ? text
        : throw new OptionsException($"default-currency must be an ISO 4217 code such as USD, not '{text}'.");

    private static string? Connection(string? text)
    {
        if (text is null) return null;
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(text);
            return parsed.Host is null
                ? throw new OptionsException("postgres names no Host; write Host=…;Database=…;Username=….")
                : text;
        }
        catch (ArgumentException)
        {
            // The parser's own message may repeat the password.
            throw new OptionsException(
                "postgres is no connection string; write Host=…;Database=…;Username=…;Password=….");
        }
    }

    private static ImmutableSortedDictionary<string, string> WriteKeys(IReadOnlyList<string> texts)
    {
        var keys = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            var split = text.IndexOf('=', StringComparison.Ordinal);
            if (split <= 0 || split == text.Length - 1)
                throw new OptionsException("write-key must be SOURCE=KEY, such as web=s3cret.");
            if (!keys.TryAdd(text[..split], text[(split + 1)..]))
                throw new OptionsException($"write-key names the source '{text[..split]}' twice.");
        }
        return keys.ToImmutable();
    }
}
