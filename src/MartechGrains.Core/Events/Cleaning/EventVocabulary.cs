using System.Collections.Frozen;

namespace MartechGrains.Core.Events.Cleaning;

/// <summary>
/// The event names that have a meaning of their own: Segment's Ecommerce v2 with the older names it lists as aliases,
/// its e-mail and mobile events, sign-up and login, and the text and in-app counterparts that senders derive from them.
/// Compared without regard to case or surrounding white space. All other names are <see cref="EventClass.Other"/>.
/// </summary>
public static class EventVocabulary
{
    private static readonly FrozenDictionary<string, EventMeaning> Names = Build();

    /// <summary>The meaning of a tracked event's name.</summary>
    public static EventMeaning Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Names.TryGetValue(name, out var meaning) || Names.TryGetValue(name.Trim(), out meaning)
            ? meaning
            : default;
    }

    private static FrozenDictionary<string, EventMeaning> Build()
    {
        var names = new Dictionary<string, EventMeaning>(StringComparer.OrdinalIgnoreCase);
        Add(EventClass.OrderCompleted, Channel.Unknown, "Order Completed", "Completed Order");
        Add(EventClass.OrderRefunded, Channel.Unknown,
            "Order Refunded", "Refunded Order", "Order Cancelled", "Order Canceled", "Cancelled Order");
        Add(EventClass.ProductViewed, Channel.Unknown, "Product Viewed", "Viewed Product");
        Add(EventClass.CartUpdated, Channel.Unknown,
            "Product Added", "Added Product", "Product Removed", "Removed Product");
        Add(EventClass.CheckoutStarted, Channel.Unknown,
            "Checkout Started", "Started Checkout", "Checkout Step Viewed", "Viewed Checkout Step",
            "Checkout Step Completed", "Completed Checkout Step", "Payment Info Entered");
        Add(EventClass.SignedUp, Channel.Unknown, "Signed Up");
        Add(EventClass.LoggedIn, Channel.Unknown, "Logged In", "Signed In");
        Add(EventClass.MessageDelivered, Channel.Email, "Email Delivered");
        Add(EventClass.MessageOpened, Channel.Email, "Email Opened");
        Add(EventClass.MessageClicked, Channel.Email, "Email Link Clicked");
        Add(EventClass.MessageReplied, Channel.Email, "Email Replied");
        Add(EventClass.MessageBounced, Channel.Email, "Email Bounced");
        Add(EventClass.MessageMarkedAsSpam, Channel.Email, "Email Marked as Spam");
        Add(EventClass.Unsubscribed, Channel.Email, "Unsubscribed", "Email Unsubscribed");
        Add(EventClass.MessageDelivered, Channel.Push, "Push Notification Received", "Push Delivered");
        Add(EventClass.MessageOpened, Channel.Push, "Push Opened");
        Add(EventClass.MessageClicked, Channel.Push, "Push Notification Tapped", "Push Link Clicked");
        Add(EventClass.MessageBounced, Channel.Push, "Push Notification Bounced", "Push Bounced");
        Add(EventClass.Unsubscribed, Channel.Push, "Push Unsubscribed");
        Add(EventClass.MessageDelivered, Channel.Sms, "SMS Delivered");
        Add(EventClass.MessageClicked, Channel.Sms, "SMS Link Clicked");
        Add(EventClass.MessageReplied, Channel.Sms, "SMS Replied");
        Add(EventClass.MessageBounced, Channel.Sms, "SMS Bounced");
        Add(EventClass.Unsubscribed, Channel.Sms, "SMS Unsubscribed");
        Add(EventClass.MessageOpened, Channel.InApp, "In-App Message Opened");
        Add(EventClass.MessageClicked, Channel.InApp, "In-App Message Clicked");
        return names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

        void Add(EventClass eventClass, Channel channel, params ReadOnlySpan<string> spellings)
        {
            foreach (var spelling in spellings)
                names.Add(spelling, new EventMeaning(eventClass, channel));
        }
    }
}

/// <summary>What an event's name means.</summary>
/// <param name="Class">What happened.</param>
/// <param name="Channel">The channel the name itself tells; unknown where it tells none.</param>
public readonly record struct EventMeaning(EventClass Class, Channel Channel);
