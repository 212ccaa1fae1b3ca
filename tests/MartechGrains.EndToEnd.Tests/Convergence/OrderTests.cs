using System.Text;
using MartechGrains.Definitions;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Activation.V1;
using Xunit;
using Xunit.Abstractions;

namespace MartechGrains.EndToEnd.Tests.Convergence;

/// <summary>
/// The same events, however they arrive, make the same world. Each seed is a world of its own, taken in twice by fresh
/// servers with the same keys: once in order by one producer, and once shuffled, with duplicates, by eight at a time.
/// </summary>
public sealed class OrderTests(ITestOutputHelper output)
{
    private const int Worlds = 20;
    private const int ShufflesPerWorld = 10;
    private const int Producers = 8;
    private const int SideBySide = 2;

    /// <summary>
    /// As shipped, but three people make a mailbox or a device generic, so that few events suffice, and one source is
    /// believed more than the other.
    /// </summary>
    private static readonly string Policy =
        DefaultPolicy.ReadYaml().Replace("genericAfter: 10", "genericAfter: 3", StringComparison.Ordinal)
        + """

        sources:
          - {name: shop, owner: tests, rationale: the system of record, reliability: verified}
        """;

    [Fact]
    public async Task The_same_events_in_200_shuffles_over_8_producers_give_the_same_state_hash()
    {
        Assert.Contains("genericAfter: 3", Policy, StringComparison.Ordinal);
        var seeds = Enumerable.Range(0, Worlds);
        var hashes = new HashSet<string>();
        await Parallel
            .ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = SideBySide }, async (seed, _) =>
        {
            var world = new World(seed);
            var expected = await InOrderAsync(seed, world);
            lock (hashes)
                hashes.Add(expected.Hash);
            for (var shuffle = 0; shuffle < ShufflesPerWorld; shuffle++)
            {
                var actual = await ShuffledAsync(seed, world, new Random((seed * ShufflesPerWorld) + shuffle));
                Assert.True(expected.Profiles == actual.Profiles,
                    $"World {seed}, shuffle {shuffle}: the profiles differ.\n"
                    + $"{Difference(expected.Profiles, actual.Profiles)}");
                Assert.True(expected.Hash == actual.Hash, $"World {seed}, shuffle {shuffle}: the state hashes differ: "
                    + $"{expected.Hash} and {actual.Hash}.");
            }
        });
        Assert.Equal(Worlds, hashes.Count);
        output.WriteLine($"{Worlds * ShufflesPerWorld} shuffles of {Worlds} worlds.");
    }

    private static async Task<(string Hash, string Profiles)> InOrderAsync(int seed, World world)
    {
        await using var server = await InProcessServer.StartAsync(seed, Policy, World.WriteKeys);
        foreach (var sourced in world.List)
            await SendAsync(server, [sourced]);
        return await ReadAsync(server);
    }

    private static async Task<(string Hash, string Profiles)> ShuffledAsync(int seed, World world, Random random)
    {
        await using var server = await InProcessServer.StartAsync(seed, Policy, World.WriteKeys);
        var deliveries = world.List.SelectMany(sourced => Enumerable.Repeat(sourced, random.Next(4) == 0 ? 3 : 1))
            .ToArray();
        random.Shuffle(deliveries);
        var shares = deliveries.Select((sourced, index) => (sourced, index))
            .GroupBy(item => item.index % Producers, item => item.sourced)
            .Select(share => (Events: share.ToList(), Sizes: new Random(random.Next())));
        await Task.WhenAll(shares.Select(share => Task.Run(async () =>
        {
            while (share.Events.Count > 0)
            {
                var size = Math.Min(share.Sizes.Next(1, 6), share.Events.Count);
                await SendAsync(server, share.Events[..size]);
                share.Events.RemoveRange(0, size);
            }
        })));
        return await ReadAsync(server);
    }

    private static async Task SendAsync(InProcessServer server, List<SourcedEvent> events)
    {
        foreach (var source in events.GroupBy(sourced => sourced.Source))
        {
            await server.Address.Channel.SendAsync(
                source.Select(sourced => sourced.Event), World.WriteKeys[source.Key]);
        }
    }

    private static async Task<(string Hash, string Profiles)> ReadAsync(InProcessServer server)
    {
        var channel = server.Address.Channel;
        var state = await channel.StateHashAsync(World.AsOf);
        var lookups = new LookupProfilesRequest { Purpose = ClientExtensions.Purpose };
        lookups.Keys.Add(World.Identifiers.Select(id => ClientExtensions.KeyOf(id.Namespace, id.Value)));
        var found = await new ActivationService.ActivationServiceClient(channel).LookupProfilesAsync(lookups);
        var text = new StringBuilder();
        foreach (var result in found.Results)
            text.AppendLine(result.Profile is { } profile ? Describe(profile)
                : $"{(Grpc.Core.StatusCode)result.Error.Code}");
        return ($"{state.ProfileCount} {state.StateHash}", text.ToString());
    }

    /// <summary>What lookups show of a profile, without what time alone changes, and where it is kept.</summary>
    private static string Describe(Profile profile)
    {
        var traits = profile.Traits.OrderBy(trait => trait.Key, StringComparer.Ordinal);
        var features = profile.Features.OrderBy(feature => feature.Key, StringComparer.Ordinal)
            .Where(feature =>
                feature.Value.WindowResolution == WindowResolution.Unspecified && feature.Key != "lifecycle");
        var consents = profile.Consents.OrderBy(consent => consent.Key, StringComparer.Ordinal);
        return $"{profile.ProfileId} {string.Join(' ', profile.Identifiers)} "
            + $"{string.Join(' ', consents.Select(consent => $"{consent.Key}={consent.Value}"))} "
            + $"{string.Join(' ', traits.Select(trait => $"{trait.Key}={trait.Value}"))} "
            + string.Join(' ', features.Select(feature => $"{feature.Key}={feature.Value.Value}"));
    }

    private static string Difference(string expected, string actual)
    {
        var pairs = expected.Split('\n').Zip(actual.Split('\n')).Where(pair => pair.First != pair.Second).Take(2);
        return string.Join('\n', pairs.Select(pair => $"expected {pair.First}\nactual   {pair.Second}"));
    }
}
