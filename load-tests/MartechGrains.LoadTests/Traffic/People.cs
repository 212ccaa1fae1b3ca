using System.Globalization;
using MartechGrains.Core.Identity;


namespace MartechGrains.LoadTests.Traffic;

/// <summary>The identifiers of made-up people. None of them is anybody's.</summary>
public static class People
{
    /// <summary>The person's login.</summary>
    public static Identifier UserId(int person) => new(Namespaces.UserId, Text($"u-{person}"));

    /// <summary>The person's e-mail address, in a domain that cannot exist.</summary>
    public static Identifier Email(int person) => new(Namespaces.Email, Text($"person{person}@shop.example"));

    /// <summary>The person's number in the order system.</summary>
    public static Identifier CustomerNumber(int person) =>
        new(Namespaces.CustomerNumber, Text($"C{person + 10_000_000}"));

    /// <summary>The person's phone.</summary>
    public static Identifier Phone(int person) => new(Namespaces.DeviceId, Text($"d-{person}-app"));

    /// <summary>One of the person's own browsers.</summary>
    public static Identifier Browser(int person, int browser) =>
        new(Namespaces.AnonymousId, Text($"a-{person}-{browser}"));

    /// <summary>The browser that a person shares with the neighbour of the same pair.</summary>
    public static Identifier SharedBrowser(int pair) => new(Namespaces.AnonymousId, Text($"a-shared-{pair}"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
