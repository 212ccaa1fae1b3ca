using System.Globalization;
using CsCheck;
using MartechGrains.Core.Events;
using MartechGrains.Core.Facts;
using MartechGrains.Core.Homes.Machine;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Grains.Views;

namespace MartechGrains.Server.Tests.Activation;

/// <summary>Published profiles with random histories, most of whose events fatigue counts.</summary>
internal static class SampleViews
{
    public const long Day = FactLimits.DayMilliseconds;

    /// <summary>A Tuesday at 09:30:00.123 UTC.</summary>
    public static readonly long Now =
        new DateTimeOffset(2026, 3, 17, 9, 30, 0, 123, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static readonly EventClass[] Classes =
    [
        EventClass.MessageDelivered, EventClass.MessageDelivered, EventClass.MessageClicked, EventClass.OrderCompleted,
        EventClass.OrderRefunded, EventClass.PageViewed, EventClass.Unsubscribed,
    ];

    private static readonly string[] Values =
        ["\"gold\"", "\"\u00e9\ud83d\ude00\"", "12.5", "9007199254740993", "true", "[1,\"a\",null]", "{\"a\":{}}"];

    private static readonly IdentityPolicy Policy = new(1, [new NamespacePolicy { Name = "user_id", Priority = 1 }]);

    private static readonly Gen<CanonicalEvent> Event = Gen.Select(
        Gen.OneOf(Gen.Long[-60_000, 9 * Day], Gen.Long[0, 80 * Day]), Gen.Int[0, 40], Gen.Enum<Channel>(),
        Gen.Int[0, 3], Gen.Int[0, Values.Length - 1], Gen.Int[0, 2],
        static (age, eventClass, channel, user, value, currency) => Of(
            Now - age, Classes[eventClass == 40 ? Classes.Length - 1 : eventClass % (Classes.Length - 1)], channel,
            $"u-{user}", (Values[value].Length % 2 == 0 ? "plan" : "a trait", Values[value]),
            currency == 0 ? "" : currency == 1 ? "EUR" : "USD"));

    /// <summary>Views of one profile after up to 40 events.</summary>
    public static Gen<LiveView> Views { get; } =
        Gen.Select(Event, Event.Array[0, 40], static (first, more) => Of([first, .. more]));

    /// <summary>A view of one profile after some events.</summary>
    public static LiveView Of(IReadOnlyList<CanonicalEvent> events)
    {
        var state = new HomeState(new HomeId(KeyOf(events[0].Identifiers[0])), new IdentityPolicies(Policy));
        for (var i = 0; i < events.Count; i++)
        {
            var numbered = events[i] with { EventId = i.ToString(CultureInfo.InvariantCulture) };
            var keys = numbered.Identifiers.Select(KeyOf).ToArray();
            if (HomeRules.Apply(state, new RoutedEvent(numbered, [.. keys], [.. keys]), new(Now)).Entry is { } entry)
                state.Fold(entry);
        }

        var home = ProfileAssembly.Assemble(state, withOpenJoins: true);
        return new LiveView(home, home.Profiles[0]);
    }

    /// <summary>An event.</summary>
    public static CanonicalEvent Of(
        long time, EventClass eventClass, Channel channel = Channel.Email, string user = "u-0",
        (string Name, string Json)? trait = null, string currency = "") => new()
        {
            Source = "web",
            EventId = "",
            EventTime = new(time),
            Identifiers = [new Identifier("user_id", user)],
            Fact = new Fact(eventClass, channel, 1, currency.Length == 0 ? 0 : 1_990, currency),
            Name = "any",
            Traits = trait is { } declared ? [new TraitValue(declared.Name, declared.Json)] : [],
            CleaningVersion = 1,
            ContentHash = 0,
            Raw = default,
        };

    private static IdentifierKey KeyOf(Identifier identifier) =>
        new(EventHash.Of(identifier.Namespace, identifier.Value).Bits);
}
