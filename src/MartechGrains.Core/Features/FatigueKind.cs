using MartechGrains.Core.Events;

namespace MartechGrains.Core.Features;

/// <summary>What an event does to campaign fatigue; the order is the one terms of a day are summed in.</summary>
internal enum FatigueKind
{
    /// <summary>A text message.</summary>
    HeavySend,

    /// <summary>A message through any other channel, an untold one included.</summary>
    Send,

    /// <summary>A message inside the app or page.</summary>
    LightSend,

    /// <summary>A followed link.</summary>
    Click,

    /// <summary>A completed order.</summary>
    Order,

    /// <summary>Nothing.</summary>
    None,
}

/// <summary>Weights of the kinds.</summary>
internal static class FatigueKinds
{
    public const int Counted = (int)FatigueKind.None;

    public static FatigueKind Of(EventClass eventClass, Channel channel) => eventClass switch
    {
        EventClass.MessageDelivered => channel switch
        {
            Channel.Sms => FatigueKind.HeavySend,
            Channel.InApp => FatigueKind.LightSend,
            _ => FatigueKind.Send,
        },
        EventClass.MessageClicked => FatigueKind.Click,
        EventClass.OrderCompleted => FatigueKind.Order,
        _ => FatigueKind.None,
    };

    /// <summary>Pressure is positive, relief negative.</summary>
    public static double Weight(FatigueKind kind) => kind switch
    {
        FatigueKind.HeavySend => 2,
        FatigueKind.Send => 1,
        FatigueKind.LightSend => 0.3,
        FatigueKind.Click => -1,
        FatigueKind.Order => -2,
        _ => 0,
    };

    public static bool IsSend(FatigueKind kind) => kind <= FatigueKind.LightSend;
}
