namespace MartechGrains.Server.Ingress.Grpc;

/// <summary>What the gRPC ingest door can be told.</summary>
internal sealed record IngestGrpcOptions
{
    /// <summary>ISO 4217 code, in upper case, of amounts whose event names no currency.</summary>
    public string DefaultCurrency { get; init; } = "USD";

    /// <summary>
    /// The source of calls that carry no write key, for servers where none is configured: there a call may also name
    /// any other source. Null, the default: every call needs a key.
    /// </summary>
    public string? SourceWithoutKey { get; init; }
}
