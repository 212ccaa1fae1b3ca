using System.Collections.Immutable;
using System.Globalization;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Simulation.Tests.Kernel;

/// <summary>Identifiers, their keys and events of one run, with names to print.</summary>
internal sealed class World(Func<Identifier, IdentifierKey> derive)
{
    private readonly Dictionary<Identifier, IdentifierKey> _keys = [];
    private readonly Dictionary<IdentifierKey, Identifier> _identifiers = [];
    private readonly Dictionary<CanonicalEvent, ImmutableArray<IdentifierKey>> _keysOf =
        new(ReferenceEqualityComparer.Instance);

    /// <summary>Keys from a secret that the seed makes, so that the order of homes differs from seed to seed.</summary>
    public static World OfSeed(Dice dice)
    {
        Span<byte> secret = stackalloc byte[IdentifierKeyDerivation.MinSecretSize];
        BitConverter.TryWriteBytes(secret, dice.NextBits());
        BitConverter.TryWriteBytes(secret[8..], dice.NextBits());
        return new World(new IdentifierKeyDerivation(secret).Derive);
    }

    /// <summary>Keys in the given order: the first is the smallest.</summary>
    public static World InOrder(params Identifier[] order) =>
        new(identifier => new IdentifierKey((UInt128)(Array.IndexOf(order, identifier) is var i and >= 0
            ? i + 1
            : throw new ArgumentException($"The order lacks {identifier}."))));

    public IdentifierKey KeyOf(Identifier identifier)
    {
        if (_keys.TryGetValue(identifier, out var key)) return key;
        key = derive(identifier);
        _keys.Add(identifier, key);
        _identifiers.Add(key, identifier);
        return key;
    }

    public Identifier IdentifierOf(IdentifierKey key) => _identifiers[key];

    /// <summary>All identifiers there are in the run, by key.</summary>
    public ImmutableArray<IdentifierKey> Keys => [.. _identifiers.Keys.Order()];

    public ImmutableArray<IdentifierKey> KeysOf(CanonicalEvent of)
    {
        if (_keysOf.TryGetValue(of, out var keys)) return keys;
        keys = [.. of.Identifiers.Select(KeyOf)];
        _keysOf.Add(of, keys);
        return keys;
    }

    public static CanonicalEvent Event(string id, long time, int amount, params Identifier[] identifiers) => new()
    {
        Source = "test",
        EventId = id,
        EventTime = time,
        Identifiers = [.. identifiers.Distinct().Order()],
        Fact = new Fact(EventClass.OrderCompleted, Channel.Web, amount, 100 * amount, "EUR"),
        Name = "order",
        CleaningVersion = 1,
        ContentHash = (ulong)((amount * 1_000_003) + time),
        Raw = default,
    };

    public string NameOf(HomeId home) => "H:" + NameOf(home.Founder);

    public string NameOf(IdentifierKey key) =>
        _identifiers.TryGetValue(key, out var found) ? found.ToString() : key.ToString();

    public string NameOf(Address address) => address.Kind switch
    {
        AddressKind.Home => "H:" + NameOf(address.Key),
        AddressKind.Identifier => NameOf(address.Key),
        _ => "store",
    };

    public static string NameOf(CanonicalEvent of) => string.Create(
        CultureInfo.InvariantCulture, $"{of.EventId}@{of.EventTime}{{{string.Join(' ', of.Identifiers)}}}");

    public static string NameOf(Decision decision) =>
        $"{decision.Kind} {decision.EventId} {string.Join(' ', decision.Identifiers)}"
        + (decision.Undone is null ? "" : " undone");

    public string Describe(Request request) => request switch
    {
        ApplyRequest apply => "apply " + string.Join(' ', apply.Events.Select(
            routed => $"{NameOf(routed.Event)} linkable {Names(routed.Linkable)}")),
        ConfirmRequest confirm => "confirm " + string.Join(' ', confirm.Confirmations.Select(
            one => $"{NameOf(one.Identifier)}{(one.Member ? " member" : "")}{(one.Carrier ? " carrier" : "")}"
                + $"{(one.Inert ? " inert" : "")}{Report(one.Report)}")),
        OpenJoinsRequest open => $"open joins of {Names(open.Identifiers)}",
        MoveRequest move => $"move into {NameOf(move.Winner)}",
        AbsorbRequest absorb => $"absorb {NameOf(absorb.Loser)} up to {absorb.Head}",
        HasAbsorbedRequest has => $"absorbed {NameOf(has.Loser)} up to {has.Head}?",
        ReadRequest { Probe: { } probe } read => $"read by {NameOf(read.Identifier)} after {NameOf(probe)}",
        ReadRequest read => $"read by {NameOf(read.Identifier)}",
        DecideRequest decide => $"decide {NameOf(decide.Decision.Decision)} members {Names(decide.Decision.Members)}",
        DecideValueRequest decide => $"linkable {(decide.Decision.Undone is null ? "made" : "undone")}",
        JoinIdentifierRequest join => $"join of {NameOf(join.Join.Home)}{(join.Join.Join.Member ? " member" : "")}"
            + $"{(join.Join.Join.Carrier ? " carrier" : "")}{Report(join.Join.Join.Report)}",
        RepointRequest repoint => $"repoint {NameOf(repoint.From)} to {NameOf(repoint.To)}",
        HandledRequest handled => $"handled {string.Join(' ', handled.Homes.Select(NameOf))} for {handled.Epoch}",
        _ => request.ToString(),
    };

    private string Report(NeighbourReport? report) => report is null
        ? ""
        : $" report v{report.Version} of {NameOf(report.Home)} ({Names(report.Neighbours.Select(n => n.Identifier))})";

    private string Names(IEnumerable<IdentifierKey> keys) => "[" + string.Join(' ', keys.Select(NameOf)) + "]";
}
