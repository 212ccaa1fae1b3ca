using System.Collections.Immutable;

namespace MartechGrains.Server.Hosting;

/// <summary>What a server is told at its start. Validated before anything runs; never changed afterwards.</summary>
public sealed record ServerOptions
{
    /// <summary>The write key that works where none is set, for the source of the same name.</summary>
    public const string DemoWriteKey = "demo";

    /// <summary>Run on a temporary folder, with a small shop's events.</summary>
    public bool Demo { get; init; }

    /// <summary>The data folder: the embedded store and the deployment key.</summary>
    public string Data { get; init; } = "data";

    /// <summary>PostgreSQL connection string; null for the embedded store. A secret.</summary>
    public string? Postgres { get; init; }

    /// <summary>
    /// Port of the HTTP doors, on loopback unless <see cref="Listen"/> says otherwise; 0 takes a free one.
    /// </summary>
    public int HttpPort { get; init; } = 5080;

    /// <summary>Port of the gRPC doors (HTTP/2 without TLS); 0 takes a free one.</summary>
    public int GrpcPort { get; init; } = 5081;

    /// <summary>Port on which silos reach this one; 0 takes a free one.</summary>
    public int SiloPort { get; init; }

    /// <summary>The address to listen on.</summary>
    public string Listen { get; init; } = "127.0.0.1";

    /// <summary>Write keys by source. The keys are secrets.</summary>
    public ImmutableSortedDictionary<string, string> WriteKeys { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>The identity policy's file; null for the one that is shipped.</summary>
    public string? IdentityPolicy { get; init; }

    /// <summary>Currency of amounts that name none; ISO 4217.</summary>
    public string DefaultCurrency { get; init; } = "USD";

    /// <summary>The write keys in force: the demo key where none is set.</summary>
    public IReadOnlyDictionary<string, string> EffectiveWriteKeys =>
        WriteKeys.IsEmpty ? WriteKeys.Add(DemoWriteKey, DemoWriteKey) : WriteKeys;

    /// <summary>
    /// The same for a demonstration: on a folder of its own, whatever else was set, with the demo key.
    /// </summary>
    public ServerOptions ForDemo(string folder) => this with
    {
        Data = folder,
        Postgres = null,
        WriteKeys = WriteKeys.Clear().Add(DemoWriteKey, DemoWriteKey),
    };

    /// <summary>The settings as they are in force, one per line, with secrets masked.</summary>
    public IEnumerable<string> Describe()
    {
        yield return $"data = {Data}";
        yield return $"postgres = {(Postgres is null ? "(not set: embedded store)" : "****")}";
        yield return $"listen = {Listen}";
        yield return $"http-port = {HttpPort}";
        yield return $"grpc-port = {GrpcPort}";
        var sources = EffectiveWriteKeys.Keys.Select(static source => $"{source}=****");
        yield return $"write-key = {string.Join(", ", sources)}";
        yield return $"identity-policy = {IdentityPolicy ?? "(shipped)"}";
        yield return $"default-currency = {DefaultCurrency}";
    }
}
