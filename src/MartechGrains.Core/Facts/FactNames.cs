using System.Collections.Frozen;
using MartechGrains.Core.Events;

namespace MartechGrains.Core.Facts;

/// <summary>Names of event classes and channels as feature names carry them: lower case with underscores.</summary>
public static class FactNames
{
    private static readonly string[] Classes =
    [
        "other", "page_viewed", "screen_viewed", "product_viewed", "product_engaged", "cart_updated",
        "checkout_started", "order_completed", "order_refunded", "message_delivered", "message_opened",
        "message_clicked", "message_replied", "message_bounced", "message_marked_as_spam", "unsubscribed",
        "logged_in", "signed_up", "identified", "aliased", "grouped",
    ];

    private static readonly string[] Channels =
        ["unknown", "web", "app", "email", "sms", "push", "in_app", "server", "store"];

    private static readonly FrozenDictionary<string, EventClass> ClassByName = Enumerable.Range(0, Classes.Length)
        .ToFrozenDictionary(i => Classes[i], i => (EventClass)i, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Channel> ChannelByName = Enumerable.Range(0, Channels.Length)
        .ToFrozenDictionary(i => Channels[i], i => (Channel)i, StringComparer.Ordinal);

    /// <summary>The class's name, such as <c>order_completed</c>.</summary>
    public static string Of(EventClass eventClass) => Classes[(int)eventClass];

    /// <summary>The channel's name, such as <c>in_app</c>.</summary>
    public static string Of(Channel channel) => Channels[(int)channel];

    /// <summary>Finds a class by its name.</summary>
    public static bool TryParse(string name, out EventClass eventClass) =>
        ClassByName.TryGetValue(name, out eventClass);

    /// <summary>Finds a channel by its name.</summary>
    public static bool TryParse(string name, out Channel channel) => ChannelByName.TryGetValue(name, out channel);

    internal static bool IsKnown(EventClass eventClass) => (int)eventClass < Classes.Length;

    internal static bool IsKnown(Channel channel) => (int)channel < Channels.Length;
}
