using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.LoadTests.Traffic;

/// <summary>The names that Segment's vocabularies have for the generated events.</summary>
public static class SegmentNames
{
    /// <summary>The name of a class.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The traffic has no such class.</exception>
    public static string Of(EventClass eventClass) => eventClass switch
    {
        EventClass.PageViewed => "Page Viewed",
        EventClass.ScreenViewed => "Screen Viewed",
        EventClass.ProductViewed => "Product Viewed",
        EventClass.ProductEngaged => "Product Viewed",
        EventClass.CartUpdated => "Product Added",
        EventClass.CheckoutStarted => "Checkout Started",
        EventClass.OrderCompleted => "Order Completed",
        EventClass.MessageDelivered => "Email Delivered",
        EventClass.MessageOpened => "Email Opened",
        EventClass.MessageClicked => "Email Link Clicked",
        EventClass.Identified => "Identified",
        _ => throw new ArgumentOutOfRangeException(nameof(eventClass), eventClass, "The traffic has no such class."),
    };
}
