using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.LoadTests.Traffic;

/// <summary>How often each kind of thing happens in a web shop that also sends e-mail.</summary>
public static class ActivityMix
{
    private static readonly (EventClass Class, Channel Channel, double UpTo)[] Mix =
    [
        (EventClass.PageViewed, Channel.Web, 0.40),
        (EventClass.ProductViewed, Channel.Web, 0.60),
        (EventClass.ProductEngaged, Channel.Web, 0.66),
        (EventClass.CartUpdated, Channel.Web, 0.73),
        (EventClass.CheckoutStarted, Channel.Web, 0.76),
        (EventClass.OrderCompleted, Channel.Web, 0.79),
        (EventClass.Identified, Channel.Web, 0.82),
        (EventClass.ScreenViewed, Channel.App, 0.86),
        (EventClass.MessageDelivered, Channel.Email, 0.94),
        (EventClass.MessageOpened, Channel.Email, 0.98),
        (EventClass.MessageClicked, Channel.Email, 1.00),
    ];

    /// <summary>What a number in [0, 1) falls to.</summary>
    public static (EventClass Class, Channel Channel) Pick(double unit)
    {
        foreach (var (eventClass, channel, upTo) in Mix)
        {
            if (unit < upTo)
                return (eventClass, channel);
        }

        return (EventClass.PageViewed, Channel.Web);
    }

    /// <summary>
    /// What somebody does instead who is not known yet: only known people order, log in, use the app's account or get
    /// e-mail.
    /// </summary>
    public static (EventClass Class, Channel Channel) ForUnknownPerson(EventClass eventClass, Channel channel) =>
        eventClass switch
        {
            EventClass.OrderCompleted or EventClass.CheckoutStarted => (EventClass.CartUpdated, Channel.Web),
            EventClass.Identified => (EventClass.PageViewed, Channel.Web),
            _ when channel == Channel.Email => (EventClass.PageViewed, Channel.Web),
            _ => (eventClass, channel),
        };
}
