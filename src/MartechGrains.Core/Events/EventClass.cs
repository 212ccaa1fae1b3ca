namespace MartechGrains.Core.Events;

/// <summary>What kind of thing happened, as far as features care. The numbers are stored: never reuse one.</summary>
public enum EventClass : byte
{
    /// <summary>Anything that has no class of its own.</summary>
    Other = 0,

    /// <summary>A web page was viewed.</summary>
    PageViewed = 1,

    /// <summary>An app screen was viewed.</summary>
    ScreenViewed = 2,

    /// <summary>A product was viewed for less than ten seconds, or for an unknown time.</summary>
    ProductViewed = 3,

    /// <summary>A product was viewed for at least ten seconds.</summary>
    ProductEngaged = 4,

    /// <summary>A cart was changed.</summary>
    CartUpdated = 5,

    /// <summary>A checkout was begun or went on.</summary>
    CheckoutStarted = 6,

    /// <summary>An order was placed: counts as a purchase.</summary>
    OrderCompleted = 7,

    /// <summary>An order was paid back or cancelled.</summary>
    OrderRefunded = 8,

    /// <summary>A message was sent or delivered to the person.</summary>
    MessageDelivered = 9,

    /// <summary>A message was opened. Not an engagement: mail proxies open messages by themselves.</summary>
    MessageOpened = 10,

    /// <summary>A link in a message was followed.</summary>
    MessageClicked = 11,

    /// <summary>The person answered a message.</summary>
    MessageReplied = 12,

    /// <summary>A message came back.</summary>
    MessageBounced = 13,

    /// <summary>The person called a message spam.</summary>
    MessageMarkedAsSpam = 14,

    /// <summary>The person unsubscribed from a channel.</summary>
    Unsubscribed = 15,

    /// <summary>The person logged in.</summary>
    LoggedIn = 16,

    /// <summary>The person signed up.</summary>
    SignedUp = 17,

    /// <summary>The source told who the person is (Segment <c>identify</c>).</summary>
    Identified = 18,

    /// <summary>The source told two names of one person (Segment <c>alias</c>).</summary>
    Aliased = 19,

    /// <summary>The source told the person's group or account (Segment <c>group</c>).</summary>
    Grouped = 20,
}
