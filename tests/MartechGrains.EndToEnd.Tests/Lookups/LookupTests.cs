using System.Net;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;
using MartechGrains.EndToEnd.Tests.Support;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Types.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Lookups;

/// <summary>The doors of the activation service, as their callers see them; each test has an Ada of its own.</summary>
[Collection(ShippedPolicy.Name)]
public sealed class LookupTests(ShippedPolicyServer server) : IAsyncLifetime
{
    private const int Messages = 3;
    private const string Address = "ada@example.com";
    private static readonly string[] Moving = ["fatigue", "fatigue_band"];
    private static readonly ProfileKey Nobody = ClientExtensions.KeyOf("email", "nobody@example.com");
    private static readonly ProfileKey Wrong = ClientExtensions.KeyOf("email", "no address");

    private static readonly JsonParser Json = new(
        JsonParser.Settings.Default.WithTypeRegistry(Google.Protobuf.Reflection.TypeRegistry.FromMessages(
            ErrorInfo.Descriptor, BadRequest.Descriptor)));

    private readonly string _ada = $"ada-{Guid.NewGuid():n}@example.com";

    private GrpcChannel Grpc => server.Address.Channel;

    private ProfileKey Ada => ClientExtensions.KeyOf("email", _ada);

    private ActivationService.ActivationServiceClient Client => new(Grpc);

    public Task InitializeAsync() =>
        Grpc.SendAsync([LoggedIn(), .. Enumerable.Range(0, Messages).Select(MessageDelivered)]);

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task A_profile_comes_whole_by_identifier_and_by_id_and_later_answers_only_move_on()
    {
        var first = await Grpc.ProfileAsync(Ada);
        var second = await Grpc.ProfileAsync(new ProfileKey { ProfileId = first.ProfileId });

        Assert.Equal($"email:{_ada}", $"{first.Anchor.Namespace}:{first.Anchor.Value}");
        Assert.Equal("gold", first.Traits["plan"].StringValue);
        Assert.Equal(Messages, MessagesOf(first));
        Assert.Equal("on_target", first.Features["fatigue_band"].Value.Category);
        Assert.InRange(first.Features["fatigue"].Value.Number, 52, 52.77);
        Assert.True(second.EvaluatedAt.CompareTo(first.EvaluatedAt) >= 0);
        Assert.True(second.Features["fatigue"].Value.Number <= first.Features["fatigue"].Value.Number);
        Assert.Equal(Steady(first), Steady(second));
    }

    [Fact]
    public async Task An_event_is_in_the_next_answer()
    {
        var before = await Grpc.ProfileAsync(Ada);
        await Grpc.SendAsync([MessageDelivered(Messages)]);
        var after = await Grpc.ProfileAsync(Ada);
        Assert.Equal(before.Version.Seq + 1, after.Version.Seq);
        Assert.Equal(Messages + 1, MessagesOf(after));
        Assert.True(after.Features["fatigue"].Value.Number > before.Features["fatigue"].Value.Number);
    }

    [Fact]
    public async Task A_mask_leaves_the_rest_out()
    {
        var mask = new FieldMask { Paths = { "traits.plan", "features.fatigue", "features.units", "version" } };
        var request = new GetProfileRequest { Key = Ada, Purpose = ClientExtensions.Purpose, ReadMask = mask };
        var part = (await Client.GetProfileAsync(request)).Profile;
        Assert.Equal(["plan"], part.Traits.Keys);
        Assert.Equal(["fatigue", "units"], part.Features.Keys.Order());
        Assert.Equal((null, "", 0), (part.EvaluatedAt, part.ProfileId, part.Identifiers.Count));
        Assert.NotNull(part.Version);
    }

    [Fact]
    public async Task Several_keys_succeed_or_fail_each_by_itself_at_both_doors()
    {
        var request = new LookupProfilesRequest
        {
            Keys = { Ada, Nobody, Wrong, Ada },
            Purpose = ClientExtensions.Purpose,
        };
        var overGrpc = await Client.LookupProfilesAsync(request);
        using var answer = await server.Address.Http.PostAsync(
            new Uri("v1/profiles:lookup", UriKind.Relative),
            new StringContent(JsonFormatter.Default.Format(request), Encoding.UTF8, "application/json"));
        var overJson = Json.Parse<LookupProfilesResponse>(await answer.Content.ReadAsStringAsync());

        var whole = Steady(await Grpc.ProfileAsync(Ada));
        foreach (var response in new[] { overGrpc, overJson })
        {
            Assert.Equal(4, response.Results.Count);
            Assert.Equal(whole, Steady(response.Results[0].Profile));
            Assert.Equal("PROFILE_NOT_FOUND", response.Results[1].Error.GetDetail<ErrorInfo>()!.Reason);
            Assert.Equal("INVALID_IDENTIFIER", response.Results[2].Error.GetDetail<ErrorInfo>()!.Reason);
            Assert.Equal(whole, Steady(response.Results[3].Profile));
        }
    }

    [Theory]
    [InlineData($"v1/profiles/email/{Address}?purpose=testing")]
    [InlineData("v1/profiles/{0}?purpose=testing")]
    public async Task The_json_door_answers_the_same_profile(string path)
    {
        var overGrpc = await Grpc.ProfileAsync(Ada);
        var json = await server.Address.Http.GetStringAsync(
            new Uri(
                path.Replace("{0}", overGrpc.ProfileId, StringComparison.Ordinal)
                    .Replace(Address, _ada, StringComparison.Ordinal),
                UriKind.Relative));
        var overJson = Json.Parse<GetProfileResponse>(json).Profile;
        Assert.Equal(Steady(overGrpc), Steady(overJson));
        Assert.Equal(Moving, overJson.Features.Keys.Where(Moving.Contains).Order());
        Assert.NotNull(overJson.EvaluatedAt);
    }

    [Fact]
    public async Task The_json_door_takes_a_mask()
    {
        var json = await server.Address.Http.GetStringAsync(new Uri(
            $"v1/profiles/email/{_ada}?purpose=testing&readMask=traits,features.units", UriKind.Relative));
        var part = Json.Parse<GetProfileResponse>(json).Profile;
        Assert.Equal((1, 1, ""), (part.Traits.Count, part.Features.Count, part.ProfileId));
    }

    [Theory]
    [InlineData("email", Address, "", StatusCode.InvalidArgument, "PURPOSE_REQUIRED")]
    [InlineData("phone_book", "ada", "testing", StatusCode.InvalidArgument, "UNKNOWN_NAMESPACE")]
    [InlineData("email", "no address", "testing", StatusCode.InvalidArgument, "INVALID_IDENTIFIER")]
    [InlineData("email", "nobody@example.com", "testing", StatusCode.NotFound, "PROFILE_NOT_FOUND")]
    public async Task A_refusal_is_typed_at_both_doors(
        string ns, string value, string purpose, StatusCode code, string reason)
    {
        value = value.Replace(Address, _ada, StringComparison.Ordinal);
        var request = new GetProfileRequest { Key = ClientExtensions.KeyOf(ns, value), Purpose = purpose };
        var error = await Assert.ThrowsAsync<RpcException>(async () => await Client.GetProfileAsync(request));
        using var answer = await server.Address.Http.GetAsync(new Uri(
            $"v1/profiles/{ns}/{Uri.EscapeDataString(value)}?purpose={purpose}", UriKind.Relative));
        var told = Json.Parse<Google.Rpc.Status>(await answer.Content.ReadAsStringAsync());

        Assert.Equal(code, error.StatusCode);
        Assert.Equal(reason, error.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason);
        Assert.Equal(code == StatusCode.NotFound ? HttpStatusCode.NotFound : HttpStatusCode.BadRequest,
            answer.StatusCode);
        Assert.Equal(error.GetRpcStatus(), told);
    }

    [Fact]
    public async Task Reflection_lists_the_service_and_its_methods()
    {
        using var call = new ServerReflection.ServerReflectionClient(Grpc).ServerReflectionInfo();
        var name = ActivationService.Descriptor.FullName;
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { ListServices = "" });
        await call.RequestStream.WriteAsync(new ServerReflectionRequest { FileContainingSymbol = name });
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Contains(name, call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name));
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Contains(ActivationService.Descriptor.File.SerializedData,
            call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto);
    }

    private static Profile Steady(Profile profile)
    {
        var steady = profile.Clone();
        steady.EvaluatedAt = null;
        foreach (var feature in Moving)
            steady.Features.Remove(feature);
        return steady;
    }

    private static long MessagesOf(Profile profile) => profile.Features["event_count_7d"].Value.EventCounts.Counts
        .Single(count => count.EventClass == EventClass.MessageDelivered).Count;

    private Event LoggedIn() => Of("l-1", static typed =>
    {
        typed.EventClass = EventClass.LoggedIn;
        typed.TraitsJson = ByteString.CopyFromUtf8("""{"plan":"gold"}""");
    });

    private Event MessageDelivered(int number) => Of($"m-{number}", static typed =>
    {
        typed.EventClass = EventClass.MessageDelivered;
        typed.Channel = Channel.Email;
    });

    private Event Of(string id, Action<TypedEvent> with)
    {
        var typed = new TypedEvent
        {
            EventId = $"{_ada} {id}",
            EventTime = DateTimeOffset.UtcNow.ToTimestamp(),
            Identifiers = { Ada.Identifier },
        };
        with(typed);
        return new Event { Typed = typed };
    }
}
