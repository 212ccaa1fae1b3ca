using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Hosting;

/// <summary>Where the server listens.</summary>
internal sealed record NetworkOptions : IValidatableObject
{
    private const int MaxPort = 65535;
    private const string PortRefusal = "{0} must be a whole number from {1} to {2}";

    /// <summary>
    /// Port of the HTTP doors, on loopback unless <see cref="Listen"/> says otherwise; 0 takes a free one.
    /// </summary>
    [Description("Segment API, health (/health/live, /health/ready), JSON; 0 takes any free one")]
    [Setting("PORT")]
    [Range(0, MaxPort, ErrorMessage = PortRefusal)]
    public int HttpPort { get; init; } = 5080;

    /// <summary>Port of the gRPC doors (HTTP/2 without TLS); 0 takes a free one.</summary>
    [Description("gRPC, HTTP/2 without TLS; 0 takes any free one")]
    [Setting("PORT")]
    [Range(0, MaxPort, ErrorMessage = PortRefusal)]
    public int GrpcPort { get; init; } = 5081;

    /// <summary>Port on which silos reach this one; 0 takes a free one.</summary>
    [Description("cluster port")]
    [Setting("PORT", Default = "any free")]
    [Range(0, MaxPort, ErrorMessage = PortRefusal)]
    public int SiloPort { get; init; }

    /// <summary>The address to listen on.</summary>
    [Description("address to listen on")]
    [Setting("ADDRESS")]
    [Required]
    public string Listen { get; init; } = "127.0.0.1";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!IPAddress.TryParse(Listen, out _))
            yield return new ValidationResult(
                "listen must be an IP address, such as 127.0.0.1 or 0.0.0.0", [nameof(Listen)]);
        if (GrpcPort != 0 && GrpcPort == HttpPort)
            yield return new ValidationResult("grpc-port must be another port than http-port", [nameof(GrpcPort)]);
        if (SiloPort != 0 && (SiloPort == HttpPort || SiloPort == GrpcPort))
            yield return new ValidationResult(
                "silo-port must be another port than http-port and grpc-port", [nameof(SiloPort)]);
    }
}
