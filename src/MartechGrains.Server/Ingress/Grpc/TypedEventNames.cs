using MartechGrains.Core.Events;

namespace MartechGrains.Server.Ingress.Grpc;

/// <summary>The names of typed events that state a class and no name: the class in words.</summary>
internal static class TypedEventNames
{
    /// <summary>The last class an event may state; they are numbered from 1 without gaps, as on the wire.</summary>
    public const int LastClass = (int)EventClass.Grouped;

    private static readonly string[] Names =
    [
        "", "Page Viewed", "Screen Viewed", "Product Viewed", "Product Engaged", "Cart Updated", "Checkout Started",
        "Order Completed", "Order Refunded", "Message Delivered", "Message Opened", "Message Clicked",
        "Message Replied", "Message Bounced", "Message Marked as Spam", "Unsubscribed", "Logged In", "Signed Up",
        "Identified", "Aliased", "Grouped",
    ];

    /// <summary>The name of a class, such as <c>Order Completed</c>.</summary>
    public static string Of(EventClass stated) => Names[(int)stated];
}
