using System.Globalization;
using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Definitions;

/// <summary>Says what is wrong with the text of a limit's window.</summary>
internal static class LimitWindowFault
{
    public const string Remedy = "Write a whole number and s, m, h or d, such as 7d.";

    /// <summary>To be read after the name of the setting.</summary>
    public static string Problem(WindowFault fault) => fault switch
    {
        WindowFault.Form => "is not a whole number and a unit",
        WindowFault.Unit => "has an unknown unit",
        WindowFault.Zero => "is zero, which holds nothing",
        WindowFault.TooLong => string.Create(
            CultureInfo.InvariantCulture, $"is longer than {WindowText.Of(NamespacePolicy.MaxLimitWindow)}"),
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
