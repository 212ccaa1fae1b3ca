using System.Net.Http.Headers;
using System.Text;

namespace MartechGrains.Server.Access;

/// <summary>
/// The write key as producers send it: the user name of Basic authentication, its password empty. Some send the key
/// itself in place of its Base64.
/// </summary>
internal static class BasicWriteKey
{
    /// <summary>Reads a key; empty where the header is absent or of another scheme.</summary>
    /// <param name="authorization">The value of the <c>authorization</c> header.</param>
    public static string Read(string? authorization)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || header.Parameter is null)
            return "";
        var bytes = new byte[header.Parameter.Length];
        if (!Convert.TryFromBase64String(header.Parameter, bytes, out var length))
            return header.Parameter;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? text : text[..colon];
    }
}
