using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Lookups;

/// <summary>One spelling of masks, by both calls and both ways in.</summary>
[Collection(ShippedPolicy.Name)]
public sealed class ReadMaskTests(ShippedPolicyServer server) : IAsyncLifetime
{
    private static readonly JsonParser Json = new(
        JsonParser.Settings.Default.WithTypeRegistry(Google.Protobuf.Reflection.TypeRegistry.FromMessages(
            ErrorInfo.Descriptor, BadRequest.Descriptor)));

    private readonly ProfileKey _ada = ClientExtensions.KeyOf("user_id", $"ada-{Guid.NewGuid():n}");

    public Task InitializeAsync() => server.Address.Channel.SendAsync(
        [
            new Event
            {
                Typed = new TypedEvent
                {
                    EventId = _ada.Identifier.Value,
                    EventTime = DateTimeOffset.UtcNow.ToTimestamp(),
                    EventClass = EventClass.OrderCompleted,
                    Identifiers = { _ada.Identifier },
                    TraitsJson = ByteString.CopyFromUtf8("""{"groupId":"g1","plan":"gold"}"""),
                },
            },
        ]);

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("profile_id,traits.group_id,features.event_count_7d")]
    [InlineData("profileId,traits.groupId,features.eventCount7d")]
    public async Task A_mask_is_spelled_as_one_likes_whichever_way_it_comes(string paths)
    {
        foreach (var (profile, told) in await AskAsync(paths))
        {
            Assert.True(profile is not null, $"{told}");
            Assert.NotEmpty(profile.ProfileId);
            Assert.Equal("g1", Assert.Single(profile.Traits).Value.StringValue);
            Assert.Equal(1, Assert.Single(profile.Features).Value.Value.EventCounts.Counts.Single().Count);
            Assert.Null(profile.Version);
        }
    }

    [Theory]
    [InlineData("profil_id")]
    [InlineData("profilId")]
    [InlineData("features.purchase_cuont")]
    [InlineData("features.purchaseCuont")]
    public async Task A_misspelt_path_is_refused_by_name_whichever_way_it_comes(string path)
    {
        foreach (var (profile, told) in await AskAsync($"version,{path}"))
        {
            Assert.Null(profile);
            Assert.Equal("UNKNOWN_FIELD_PATH", told!.GetDetail<ErrorInfo>()!.Reason);
            var violation = Assert.Single(told.GetDetail<BadRequest>()!.FieldViolations);
            Assert.Equal("read_mask.paths[1]", violation.Field);
            Assert.Contains(path, violation.Description, StringComparison.Ordinal);
        }
    }

    /// <summary>Ada's profile, or why there is none, by each call and each way in.</summary>
    private async Task<List<(Profile? Profile, Google.Rpc.Status? Refusal)>> AskAsync(string paths)
    {
        var client = new ActivationService.ActivationServiceClient(server.Address.Channel);
        var mask = new FieldMask { Paths = { paths.Split(',') } };
        var lookup = new LookupProfilesRequest
        {
            Keys = { _ada },
            Purpose = ClientExtensions.Purpose,
            ReadMask = mask,
        };
        using var body = new StringContent(
            $$"""
            {"purpose": "testing", "readMask": "{{paths}}",
             "keys": [{"identifier": {"namespace": "user_id", "value": "{{_ada.Identifier.Value}}"} }]}
            """,
            Encoding.UTF8, "application/json");
        return
        [
            await CallAsync(async () => (await client.GetProfileAsync(new GetProfileRequest
            {
                Key = _ada,
                Purpose = ClientExtensions.Purpose,
                ReadMask = mask,
            })).Profile),
            await CallAsync(async () => (await client.LookupProfilesAsync(lookup)).Results[0].Profile),
            await ReadAsync<GetProfileResponse>(
                server.Address.Http.GetAsync(new Uri(
                    $"v1/profiles/user_id/{_ada.Identifier.Value}?purpose=testing&read_mask={paths}",
                    UriKind.Relative)),
                static answer => answer.Profile),
            await ReadAsync<LookupProfilesResponse>(
                server.Address.Http.PostAsync(new Uri("v1/profiles:lookup", UriKind.Relative), body),
                static answer => answer.Results[0].Profile),
        ];
    }

    private static async Task<(Profile? Profile, Google.Rpc.Status? Refusal)> CallAsync(Func<Task<Profile>> call)
    {
        try
        {
            return (await call(), null);
        }
        catch (RpcException error)
        {
            return (null, error.GetRpcStatus());
        }
    }

    private static async Task<(Profile? Profile, Google.Rpc.Status? Refusal)> ReadAsync<T>(
        Task<HttpResponseMessage> call, Func<T, Profile> of)
        where T : IMessage, new()
    {
        using var answer = await call;
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? (of(Json.Parse<T>(text)), null)
            : (null, Json.Parse<Google.Rpc.Status>(text));
    }
}
