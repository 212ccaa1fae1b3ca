using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Operations.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;

namespace MartechGrains.Testing.Clients;

/// <summary>The server's API in the words of the tests.</summary>
public static class ClientExtensions
{
    /// <summary>What tests look profiles up for.</summary>
    public const string Purpose = "testing";

    /// <summary>Most keys of one lookup.</summary>
    public const int MaxKeys = 100;

    /// <summary>What HTTP's <c>Authorization</c> is for a write key.</summary>
    public static string Credentials(string writeKey) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(writeKey + ":"));

    /// <summary>The same as the metadata of a call.</summary>
    public static Metadata Key(string writeKey) => new() { { "authorization", Credentials(writeKey) } };

    /// <summary>The key of a profile that an identifier leads to.</summary>
    public static ProfileKey KeyOf(string ns, string value) =>
        new() { Identifier = new Identifier { Namespace = ns, Value = value } };

    /// <summary>The ingest service.</summary>
    public static IngestService.IngestServiceClient Ingest(this GrpcChannel channel) => new(channel);

    /// <summary>The operations service.</summary>
    public static OperationsService.OperationsServiceClient Operations(this GrpcChannel channel) => new(channel);

    /// <summary>The decision service.</summary>
    public static DecisionService.DecisionServiceClient Decisions(this GrpcChannel channel) => new(channel);

    /// <summary>One profile.</summary>
    public static async Task<Profile> ProfileAsync(this GrpcChannel channel, ProfileKey key)
    {
        var request = new GetProfileRequest { Key = key, Purpose = Purpose };
        return (await new ActivationService.ActivationServiceClient(channel).GetProfileAsync(request)).Profile;
    }

    /// <summary>The profile that an identifier leads to.</summary>
    public static Task<Profile> ProfileAsync(this GrpcChannel channel, string ns, string value) =>
        channel.ProfileAsync(KeyOf(ns, value));

    /// <summary>All profiles that keys lead to, in the keys' order; fails where one leads nowhere.</summary>
    public static async Task<List<Profile>> ProfilesAsync(this GrpcChannel channel, IEnumerable<ProfileKey> keys)
    {
        var client = new ActivationService.ActivationServiceClient(channel);
        var profiles = new List<Profile>();
        foreach (var chunk in keys.Chunk(MaxKeys))
        {
            var request = new LookupProfilesRequest { Purpose = Purpose, Keys = { chunk } };
            foreach (var result in (await client.LookupProfilesAsync(request)).Results)
            {
                Assert.True(result.ResultCase == LookupResult.ResultOneofCase.Profile, result.Error?.Message);
                profiles.Add(result.Profile);
            }
        }

        return profiles;
    }

    /// <summary>Sends one batch; each event must be accepted, or have been accepted before.</summary>
    public static async Task SendAsync(this GrpcChannel channel, IEnumerable<Event> events, string writeKey = "demo")
    {
        var request = new IngestEventsRequest { Events = { events } };
        var response = await channel.Ingest().IngestEventsAsync(request, Key(writeKey));
        Assert.Equal(request.Events.Count, response.Results.Count);
        Assert.All(response.Results, AssertKept);
    }

    /// <summary>The event was accepted, now or before.</summary>
    public static void AssertKept(EventResult result) => Assert.True(
        result.Status is EventResult.Types.Status.Accepted or EventResult.Types.Status.Duplicate,
        $"{result.Status} {result.Reason} {result.Field} {result.Remedy}");

    /// <summary>The hash of all profiles at a moment.</summary>
    public static async Task<ComputeStateHashResponse> StateHashAsync(this GrpcChannel channel, DateTime asOf) =>
        await channel.Operations().ComputeStateHashAsync(
            new ComputeStateHashRequest { AsOf = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTime(asOf) });

    /// <summary>Nothing that the server has written is damaged or missing.</summary>
    public static async Task AssertWholeAsync(this GrpcChannel channel)
    {
        using var call = channel.Operations().VerifyJournals(new VerifyJournalsRequest());
        var homes = 0L;
        await foreach (var page in call.ResponseStream.ReadAllAsync())
        {
            Assert.Empty(page.Findings);
            homes = page.Progress.Homes;
        }

        Assert.True(homes > 0, "No home was read.");
    }

    /// <summary>A feature that is a number; 0 where the profile does not have it.</summary>
    public static long Integer(this Profile profile, string feature) =>
        profile.Features.TryGetValue(feature, out var value) && value.Value is not null ? value.Value.Integer : 0;

    /// <summary>The amount of a currency; 0 where there is none.</summary>
    public static long MinorUnits(this Profile profile, string feature, string currency) =>
        profile.Features[feature].Value?.Amounts.Amounts
            .SingleOrDefault(amount => amount.CurrencyCode == currency)?.MinorUnits ?? 0;

    /// <summary>How many events the profile has.</summary>
    public static long EventCount(this Profile profile) =>
        profile.Features["event_count"].Value?.EventCounts.Counts.Sum(count => count.Count) ?? 0;
}
