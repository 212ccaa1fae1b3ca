using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Ingress;

/// <summary>How events are read.</summary>
internal sealed record IngressOptions
{
    /// <summary>ISO 4217 code, in upper case, of amounts whose event names no currency.</summary>
    [Description("currency of amounts that name none")]
    [Setting("CODE")]
    [RegularExpression("[A-Z]{3}", ErrorMessage = "{0} must be an ISO 4217 code such as USD")]
    public string DefaultCurrency { get; init; } = "USD";
}
