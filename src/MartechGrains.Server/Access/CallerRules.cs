using System.Net;

namespace MartechGrains.Server.Access;

/// <summary>
/// By which names the server may be called and which web pages may call it. A page can give a name of its own the
/// address of this machine, and is then of one origin with all that listens here: so who listens on a loopback address
/// is called by a name of that machine, or not at all. Immutable and safe to share between threads.
/// </summary>
/// <param name="listen">The address that the server listens on.</param>
/// <param name="options">The names, origins and proxies that are set.</param>
internal sealed class CallerRules(IPAddress listen, CallerOptions options)
{
    private readonly bool _isStrict = IPAddress.IsLoopback(listen) || options.AllowedHosts.Count > 0;

    private readonly HashSet<string> _hosts =
        new(options.AllowedHosts.Select(Bare), StringComparer.OrdinalIgnoreCase);

    private readonly HashSet<string> _origins = new(options.CorsOrigins, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the server may be called by this name.</summary>
    /// <param name="host">What the caller calls it; empty where it says nothing.</param>
    /// <param name="called">The address at which the call came in: no page can take that for a name of its own.</param>
    public bool AdmitsHost(HostString host, IPAddress? called) =>
        !_isStrict || IsOurs(host.Host) || (called is not null && IPAddress.TryParse(Bare(host.Host), out var address)
            && address.Equals(called.IsIPv4MappedToIPv6 ? called.MapToIPv4() : called));

    /// <summary>Whether a page may read and operate.</summary>
    /// <param name="origin">The page's origin.</param>
    public bool AdmitsOrigin(string origin) =>
        !_isStrict || (Uri.TryCreate(origin, UriKind.Absolute, out var page) && IsOurs(page.Host));

    /// <summary>Whether a page may send events.</summary>
    /// <param name="origin">The page's origin.</param>
    /// <param name="host">What it calls the server: pages of that very host need no leave.</param>
    public bool AdmitsSender(string origin, HostString host) =>
        AdmitsAnySender || _origins.Contains(origin)
        || (Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && page.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether all pages may send events.</summary>
    public bool AdmitsAnySender => _origins.Count == 0;

    /// <summary>Whether the pages of an origin are set as senders.</summary>
    public bool IsSender(string origin) => _origins.Contains(origin);

    private bool IsOurs(string host) =>
        Bare(host) is var bare && (bare.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(bare, out var address) && IPAddress.IsLoopback(address)) || _hosts.Contains(bare));

    /// <summary>Without the brackets of an IPv6 address and the dot at the end of a whole name.</summary>
    private static string Bare(string host) => host.TrimEnd('.').Trim('[', ']');
}
