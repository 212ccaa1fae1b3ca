using System.Text;
using MartechGrains.Definitions;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Activation.V1;
using Xunit;
using Xunit.Abstractions;

namespace MartechGrains.EndToEnd.Tests.Convergence;

/// <summary>
/// The same events, however they arrive, make the same world. Each seed is a world of its own. Servers with the same
/// keys take in all worlds, one after another: one of them in order by one producer, the others shuffled, with
/// duplicates, by eight at a time. After each world they must agree on all that they have so far.
/// </summary>
public sealed class OrderTests(ITestOutputHelper output)
{
    private const int Worlds = 20;
    private const int ShufflesPerWorld = 10;
    private const int Producers = 8;
    private const int Keys = 2;
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
        World[] worlds = [.. Enumerable.Range(0, Worlds).Select(static seed => new World(seed))];
        var expected = await Task.WhenAll(Enumerable.Range(0, Keys).Select(keys => InOrderAsync(keys, worlds)));
        foreach (var ofKeys in expected)
            Assert.Equal(Worlds, ofKeys.Select(static state => state.Hash).Distinct().Count());
        await Parallel.ForEachAsync(
            Enumerable.Range(0, ShufflesPerWorld), new ParallelOptions { MaxDegreeOfParallelism = SideBySide },
            async (shuffle, _) => await CompareAsync(shuffle, worlds, expected[shuffle % Keys]));
        output.WriteLine($"{Worlds * ShufflesPerWorld} shuffles of {Worlds} worlds.");
    }

    /// <summary>What a server shows after each world.</summary>
    private static async Task<List<(string Hash, string Profiles)>> InOrderAsync(int keys, World[] worlds)
    {
        await using var server = await InProcessServer.StartAsync(keys, Policy, World.WriteKeys);
        var states = new List<(string, string)>();
        foreach (var world in worlds)
        {
            foreach (var sourced in world.List)
                await SendAsync(server, [sourced]);
            states.Add(await ReadAsync(server, world));
        }

        return states;
    }

    private static async Task CompareAsync(int shuffle, World[] worlds, List<(string Hash, string Profiles)> expected)
    {
        await using var server = await InProcessServer.StartAsync(shuffle % Keys, Policy, World.WriteKeys);
        for (var seed = 0; seed < worlds.Length; seed++)
        {
            await SendShuffledAsync(server, worlds[seed], new Random((seed * ShufflesPerWorld) + shuffle));
            var actual = await ReadAsync(server, worlds[seed]);
            Assert.True(expected[seed].Profiles == actual.Profiles,
                $"World {seed}, shuffle {shuffle}: the profiles differ.\n"
                + $"{Difference(expected[seed].Profiles, actual.Profiles)}");
            Assert.True(expected[seed].Hash == actual.Hash,
                $"World {seed}, shuffle {shuffle}: the state hashes differ: "
                + $"{expected[seed].Hash} and {actual.Hash}.");
        }

        await server.Address.Channel.AssertWholeAsync();
    }

    private static async Task SendShuffledAsync(InProcessServer server, World world, Random random)
    {
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
    }

    private static async Task SendAsync(InProcessServer server, List<SourcedEvent> events)
    {
        foreach (var source in events.GroupBy(sourced => sourced.Source))
        {
            await server.Address.Channel.SendAsync(
                source.Select(sourced => sourced.Event), World.WriteKeys[source.Key]);
        }
    }

    private static async Task<(string Hash, string Profiles)> ReadAsync(InProcessServer server, World world)
    {
        var channel = server.Address.Channel;
        var state = await channel.StateHashAsync(World.AsOf);
        var lookups = new LookupProfilesRequest { Purpose = ClientExtensions.Purpose };
        lookups.Keys.Add(world.Identifiers.Select(id => ClientExtensions.KeyOf(id.Namespace, id.Value)));
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
