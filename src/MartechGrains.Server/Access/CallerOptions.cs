using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Access;

/// <summary>By which names the server is called, from which web pages, and by which proxies.</summary>
internal sealed record CallerOptions : IValidatableObject
{
    /// <summary>Most items of each of the lists: each request may be compared with all of them.</summary>
    public const int MaxItems = 256;

    /// <summary>The origin of pages that have none, such as of a file.</summary>
    private const string Opaque = "null";

    /// <summary>Origins of the pages that may send events; none for all pages.</summary>
    [Description("origin of web pages that may send events with a write key, such as https://shop.example; may be "
        + "repeated")]
    [Setting("ORIGIN", Name = "cors-origin", Default = "any")]
    public IReadOnlyList<string> CorsOrigins { get; init; } = [];

    /// <summary>Names by which the server is called, beside those of its own machine.</summary>
    [Description("name or address by which the server is called beside localhost; may be repeated; once given, calls "
        + "by other names are refused")]
    [Setting("HOST", Name = "allowed-host", Default = "none on a loopback address, else any")]
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Proxies that may say for whom they call.</summary>
    [Description("address, or network such as 10.0.0.0/8, of a proxy whose X-Forwarded-For, -Proto and -Host are "
        + "heeded; may be repeated")]
    [Setting("ADDRESS", Name = "trusted-proxy", Default = Setting.None)]
    public IReadOnlyList<string> TrustedProxies { get; init; } = [];

    /// <summary>The proxies as networks; a single address is a network of one.</summary>
    public IEnumerable<IPNetwork> ProxyNetworks => TrustedProxies.Select(
        static text => TryReadNetwork(text, out var network) ? network.Value : throw new FormatException(text));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
    [
        .. Refusals(CorsOrigins, IsOrigin, nameof(CorsOrigins), "cors-origin",
            $"must be the origin of a page, such as https://shop.example: scheme, host and port, and no path; or "
                + $"{Opaque} for pages without one"),
        .. Refusals(AllowedHosts, IsHost, nameof(AllowedHosts), "allowed-host",
            "must be a host's name or address, such as cdp.shop.example, without scheme and port"),
        .. Refusals(TrustedProxies, static text => TryReadNetwork(text, out _), nameof(TrustedProxies),
            "trusted-proxy", "must be an address such as 10.0.0.7, or a network such as 10.0.0.0/8"),
    ];

    private static IEnumerable<ValidationResult> Refusals(
        IReadOnlyList<string> items, Predicate<string> isRight, string member, string name, string wanted)
    {
        if (items.Count > MaxItems)
            yield return new ValidationResult($"{name} may be given at most {MaxItems} times", [member]);
        for (var i = 0; i < items.Count; i++)
        {
            if (!isRight(items[i])) yield return new ValidationResult($"Item {i + 1} of {name} {wanted}", [member]);
        }
    }

    private static bool IsOrigin(string text) => text == Opaque
        || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && uri.UserInfo.Length == 0
            && uri.AbsolutePath is "/" or "" && uri.Query.Length == 0 && uri.Fragment.Length == 0
            && !text.EndsWith('/'));

    private static bool IsHost(string text) => Uri.CheckHostName(text) != UriHostNameType.Unknown;

    private static bool TryReadNetwork(string text, [NotNullWhen(true)] out IPNetwork? network)
    {
        network = IPAddress.TryParse(text, out var address)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : IPNetwork.TryParse(text, out var parsed) ? parsed : null;
        return network is not null;
    }
}
