using System.Globalization;
using System.Text.Json;

namespace MartechGrains.Server.Demo;

/// <summary>A small shop's week, as Segment-shaped events: the same for every start but for its dates.</summary>
internal static class ShopEvents
{
    /// <summary>How many people visit.</summary>
    public const int Visitors = 40;

    private const int Seed = 7;

    private static readonly (string Name, int Cents)[] Products =
        [("Espresso beans", 1450), ("Kettle", 5990), ("Filter papers", 390), ("Grinder", 12900), ("Mug", 1200)];

    /// <summary>All events in the order in which they happened, as JSON objects with a <c>type</c>.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Make(DateTimeOffset now)
    {
        var events = new List<(DateTimeOffset At, ReadOnlyMemory<byte> Json)>();
#pragma warning disable CA5394 // The demo's data, not a secret: a fixed seed makes every start the same shop.
        var random = new Random(Seed);
        for (var person = 0; person < Visitors; person++)
            Visit(events, random, person, now.AddDays(-7 + (random.NextDouble() * 5)));
        events.Sort(static (a, b) => a.At.CompareTo(b.At));
        return [.. events.Select(static item => item.Json)];
    }

    private static void Visit(
        List<(DateTimeOffset At, ReadOnlyMemory<byte> Json)> events, Random random, int person, DateTimeOffset at)
    {
        var anonymous = Text($"device-{person:00}");
        var user = Text($"customer-{person:00}");
        var email = person == 0 ? "ada@example.com" : Text($"visitor{person:00}@example.com");
        var index = 0;
        Add("page", new { anonymousId = anonymous, name = "Home", properties = new { path = "/" } });
        for (var view = 0; view < 1 + random.Next(4); view++)
        {
            var (name, cents) = Products[random.Next(Products.Length)];
            Add("track", new
            {
                anonymousId = anonymous,
                @event = "Product Viewed",
                properties = new { name, price = cents / 100m, currency = "EUR" },
            });
        }
        if (person != 0 && random.NextDouble() < 0.3) return;
        Add("identify", new
        {
            anonymousId = anonymous,
            userId = user,
            traits = new { email, plan = person % 3 == 0 ? "gold" : "basic" }
        });
        Add("track", new { userId = user, @event = "Email Delivered", properties = new { campaign_name = "Welcome" } });
        if (person == 0 || random.NextDouble() < 0.5)
            Add("track",
                new { userId = user, @event = "Email Link Clicked", properties = new { campaign_name = "Welcome" } });
        if (person != 0 && random.NextDouble() < 0.4) return;
        var product = Products[person == 0 ? 3 : random.Next(Products.Length)];
        var quantity = 1 + (person == 0 ? 0 : random.Next(3));
        Add("track", new
        {
            userId = user,
            anonymousId = anonymous,
            @event = "Order Completed",
            properties = new
            {
                order_id = Text($"order-{person:00}"),
                revenue = product.Cents * quantity / 100m,
                currency = "EUR",
                products = new[] { new { name = product.Name, quantity, price = product.Cents / 100m } },
            },
        });

        void Add(string type, object body)
        {
            at = at.AddMinutes(1 + random.Next(9));
            var json = JsonSerializer.SerializeToNode(body)!.AsObject();
            json["type"] = type;
            json["messageId"] = Text($"demo-{person:00}-{index++:00}");
            json["timestamp"] = at.ToString("O", CultureInfo.InvariantCulture);
            events.Add((at, JsonSerializer.SerializeToUtf8Bytes(json)));
        }
    }
#pragma warning restore CA5394

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
