using System.Text.Json;
using MartechGrains.Core.Events.Json;

namespace MartechGrains.Core.Events.Segment;

/// <summary>
/// Through what a Segment event came, from the first of these that tells: <c>context.channel</c>, the top-level
/// <c>channel</c>, the type (<c>page</c> is web, <c>screen</c> is app), the name of the SDK in
/// <c>context.library.name</c>. An event name of a message, such as <c>Email Opened</c>, later overrides all of them.
/// </summary>
internal static class SegmentChannel
{
    private static readonly string[] AppLibraries =
        ["ios", "android", "kotlin", "swift", "react-native", "react_native", "flutter", "xamarin", "unity"];

    private static readonly string[] WebLibraries =
        ["analytics.js", "analytics-next", "rudderlabs javascript", "@jitsu"];

    private static readonly string[] ServerLibraries =
        ["node", "python", "java", "ruby", "php", "go", "csharp", ".net", "clojure", "rust", "elixir", "http"];

    /// <summary>The channel, and the path it was read from.</summary>
    public static (Channel Channel, string Field) Of(JsonElement root, JsonElement context, EventType type)
    {
        if (JsonMembers.TryGetText(context, "channel", out var text)
            && Named(text) is var inner and not Channel.Unknown)
            return (inner, "context.channel");
        if (JsonMembers.TryGetText(root, "channel", out text) && Named(text) is var outer and not Channel.Unknown)
            return (outer, "channel");
        if (type is EventType.Page or EventType.Screen)
            return (type == EventType.Page ? Channel.Web : Channel.App, "type");
        if (JsonMembers.TryGet(context, "library", out var library)
            && JsonMembers.TryGetText(library, "name", out text) && OfLibrary(text) is var sdk and not Channel.Unknown)
            return (sdk, "context.library.name");
        return (Channel.Unknown, "");
    }

    private static Channel Named(string text) => text.Trim().ToUpperInvariant() switch
    {
        "WEB" or "BROWSER" => Channel.Web,
        "MOBILE" or "APP" => Channel.App,
        "EMAIL" or "E-MAIL" => Channel.Email,
        "SMS" => Channel.Sms,
        "PUSH" => Channel.Push,
        "IN_APP" or "IN-APP" or "INAPP" => Channel.InApp,
        "SERVER" or "SOURCES" => Channel.Server,
        "STORE" or "POS" => Channel.Store,
        _ => Channel.Unknown,
    };

    private static Channel OfLibrary(string name)
    {
        if (Mentions(WebLibraries))
            return Channel.Web;
        if (Mentions(AppLibraries))
            return Channel.App;
        return Mentions(ServerLibraries) ? Channel.Server : Channel.Unknown;

        bool Mentions(string[] words) =>
            Array.Exists(words, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
