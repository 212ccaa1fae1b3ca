namespace MartechGrains.Server.Hosting;

/// <summary>
/// Keeps what a path has percent-encoded out of the routing, so that an id with a slash or a colon in it is one
/// variable, and not two or a verb. The framework decodes all but <c>%2F</c> before it routes, and a <c>%2F</c> that
/// it leaves cannot be told from one that was sent as <c>%252F</c>.
/// </summary>
internal static class EncodedPath
{
    // Halves of surrogate pairs cannot come of UTF-8, so they stand for nothing else.
    private const char Slash = '\uD800';
    private const char Colon = '\uD801';
    private const char Dot = '\uD802';

    private static readonly string[] Escapes = ["%2F", "%25", "%3A", "%2E"];

    /// <summary>Before the routing: puts what cannot be routed by in the place of encoded delimiters.</summary>
    /// <param name="request">The request.</param>
    /// <param name="target">Its target as it was sent.</param>
    public static void Protect(HttpRequest request, string target)
    {
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? target : target[..end];
        if (!path.StartsWith('/') || !Escapes.Any(one => path.Contains(one, StringComparison.OrdinalIgnoreCase)))
            return;
        var segments = path.Split('/');
        // Where to steps up and down lead is for the framework to find, as it did.
        if (segments.Any(static segment => segment is "." or "..")) return;
        request.Path = new PathString(string.Join('/', segments.Select(Decode)));
    }

    /// <summary>After the routing: puts the delimiters back into the variables.</summary>
    public static void Restore(RouteValueDictionary variables)
    {
        foreach (var (name, value) in variables)
        {
            if (value is string text && text.AsSpan().ContainsAnyInRange(Slash, Dot))
                variables[name] = text.Replace(Slash, '/').Replace(Colon, ':').Replace(Dot, '.');
        }
    }

    private static string Decode(string segment) => Uri.UnescapeDataString(segment
        .Replace("%2F", $"{Slash}", StringComparison.OrdinalIgnoreCase)
        .Replace("%3A", $"{Colon}", StringComparison.OrdinalIgnoreCase)
        .Replace("%2E", $"{Dot}", StringComparison.OrdinalIgnoreCase));
}
