using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using Identifier = MartechGrains.Core.Identity.Identifier;

namespace MartechGrains.EndToEnd.Tests.Policies;

/// <summary>
/// Families of four, by seed: two that log in and two that do not. What a family shares decides what another policy
/// makes of it: a device that links nothing today, a telephone that links nothing tomorrow, an address blocked tomorrow
/// or today, an address that two claim, an account of two families.
/// </summary>
internal sealed class Families
{
    public const int People = 4;

    /// <summary>The moment worlds are hashed at; all events are earlier.</summary>
    public static readonly DateTime AsOf = new(2025, 7, 1, 0, 0, 0, DateTimeKind.Utc);

    private const int Kinds = 8;
    private const long FamiliesToAccount = 2 * Kinds;
    private readonly Random _random;
    private readonly List<(Event Event, EvidenceSet Evidence)> _events = [];

    public Families(int seed, int families)
    {
        _random = new Random(seed);
        for (var family = 0; family < families; family++)
            Add(family);
    }

    /// <summary>Today's policy.</summary>
    public static PolicyText Today { get; } = new(2);

    /// <summary>The candidate.</summary>
    public static PolicyText Tomorrow { get; } = new(3)
    {
        Email = "contested: first",
        Phone = "genericAfter: 2",
        Account = "genericAfter: 4",
        Device = "genericAfter: 10",
        BlockedEmails = "^test@",
    };

    /// <summary>The events, and what each is as evidence.</summary>
    public IReadOnlyList<(Event Event, EvidenceSet Evidence)> Events => _events;

    /// <summary>An event of somebody who shares nothing with anybody.</summary>
    public static Event Stranger(int number)
    {
        var text = Number(number);
        return EventOf(
            $"stranger-{text}", AsOf - TimeSpan.FromMinutes(1 + (number % 10_000)),
            [new("user_id", $"stranger-{text}"), new("email", $"stranger-{text}@example.com")]);
    }

    private void Add(int family)
    {
        var (a, b) = (Of("user_id", family, 'a'), Of("user_id", family, 'b'));
        var (c, d) = (Of("email", family, 'c'), Of("email", family, 'd'));
        var (cookieC, cookieD) = (Of("anonymous_id", family, 'c'), Of("anonymous_id", family, 'd'));
        Add([a, Of("email", family, 'a')]);
        Add([b, Of("email", family, 'b')]);
        Add([c, cookieC]);
        Add([d, cookieD]);
        var device = Of("device_id", family, 'x');
        var phone = new Identifier("phone", $"+4930{Number(10_000_000 + family)}");
        foreach (var set in (family % Kinds) switch
        {
            0 => (Identifier[][])[[a, device], [b, device], [c, device]],
            1 => [[a, phone], [b, phone], [c, phone]],
            2 => Share(new("email", $"test@{Number(family)}.example"), a, cookieC),
            3 => Share(new("email", $"info@{Number(family)}.example"), a, cookieC, cookieD),
            4 => Share(Of("email", family, 'x'), a, b, cookieC),
            5 => Share(new("account_id", Number((int)(family / FamiliesToAccount))), a, b, c),
            6 => [[a, device], [b, device], [c, device, phone], [a, phone], [b, phone], [d, phone]],
            _ => Share(new("email", $"test@{Number(family)}.example"), a),
        })
            Add(set);
    }

    private static Identifier[][] Share(Identifier shared, params Identifier[] all) =>
        [.. all.Select(one => new[] { one, shared })];

    private void Add(Identifier[] identifiers)
    {
        var time = AsOf - TimeSpan.FromSeconds(1 + _random.Next(90 * 86_400));
        var ms = new DateTimeOffset(time).ToUnixTimeMilliseconds();
        _events.Add((
            EventOf(Number(_events.Count), time, identifiers),
            new EvidenceSet([.. identifiers.Order()], new(ms), new(ms))));
    }

    private static Event EventOf(string id, DateTime time, Identifier[] identifiers)
    {
        var typed = new TypedEvent
        {
            EventId = id,
            EventTime = Timestamp.FromDateTime(time),
            EventClass = EventClass.PageViewed,
            Name = "Seen",
        };
        typed.Identifiers.Add(identifiers.Select(static one =>
            new Protocol.Types.V1.Identifier { Namespace = one.Namespace, Value = one.Value }));
        return new Event { Typed = typed };
    }

    private static Identifier Of(string ns, int family, char who) => new(
        ns, string.Create(CultureInfo.InvariantCulture, $"{who}{family}{(ns == "email" ? "@example.com" : "")}"));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
