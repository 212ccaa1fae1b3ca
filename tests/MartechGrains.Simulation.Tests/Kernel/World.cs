using System.Collections.Immutable;
using System.Globalization;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Identity.Policy;

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

    /// <summary>The identifier of the highest priority of an event whose keys were asked for.</summary>
    public IdentifierKey StrongestOf(EventHash hash, IdentityPolicy policy) => KeyOf(
        _keysOf.Keys.First(one => one.Hash == hash).Identifiers.OrderBy(one => policy.Priority(one.Namespace)).First());

    public static CanonicalEvent Event(string id, long time, int amount, params Identifier[] identifiers) => new()
    {
        Source = "test",
        EventId = id,
        EventTime = new(time),
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
        _ => NameOf(address.Key),
    };

    public static string NameOf(CanonicalEvent of) => string.Create(
        CultureInfo.InvariantCulture, $"{of.EventId}@{of.EventTime}{{{string.Join(' ', of.Identifiers)}}}");

    public static string NameOf(Decision decision) =>
        $"{decision.Kind} {decision.EventId} {string.Join(' ', decision.Identifiers)}"
        + (decision.Undone is null ? "" : " undone");
}
