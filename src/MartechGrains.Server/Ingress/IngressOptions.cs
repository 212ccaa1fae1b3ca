using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Ingress;

/// <summary>How events are read.</summary>
internal sealed record IngressOptions : IValidatableObject
{
    /// <summary>ISO 4217 code, in upper case, of amounts whose event names no currency.</summary>
    [Description("currency of amounts that name none")]
    [Setting("CODE")]
    public string DefaultCurrency { get; init; } = "USD";

    /// <summary>Sources whose times are told by their clients' own clocks.</summary>
    [Description("a source whose timestamp is told by its clients' own clocks: a sentAt in the past then corrects it; "
        + "may be repeated; never for servers, files and replays")]
    [Setting("SOURCE", Name = "client-clock", Default = "none")]
    public IReadOnlyList<string> ClientClocks { get; init; } = [];

    /// <summary>How events are read.</summary>
    public ReadingRules Rules => new() { DefaultCurrency = DefaultCurrency, ClientClocks = [.. ClientClocks] };

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Iso4217.TryNormalise(DefaultCurrency, out _))
            yield return new ValidationResult(
                "default-currency must be an ISO 4217 code such as USD", [nameof(DefaultCurrency)]);
        if (ClientClocks.Any(static source => source.Length is 0 or > EventLimits.MaxSourceLength))
            yield return new ValidationResult(
                $"client-clock must be the name of a source, of 1 to {EventLimits.MaxSourceLength} characters",
                [nameof(ClientClocks)]);
    }
}
