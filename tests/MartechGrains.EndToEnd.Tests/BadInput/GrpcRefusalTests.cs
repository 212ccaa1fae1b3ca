using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using MartechGrains.Protocol.Activation.V1;
using MartechGrains.Protocol.Identity.V1;
using MartechGrains.Protocol.Ingest.V1;
using MartechGrains.Protocol.Lineage.V1;
using MartechGrains.Protocol.Operations.V1;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.BadInput;

/// <summary>Calls that the gRPC doors refuse as a whole, those included that never reach a service.</summary>
[Collection(OneProcess.Name)]
public sealed class GrpcRefusalTests(BadInputServer fixture)
{
    private const int MaxMessageBytes = 5 << 20;
    private const string Mark = "@@@@@@@@";

    private static readonly byte[] Truncated = [0x0A, 0x7F, .. "Hedwig-Pfeiffer"u8];

    private static readonly ServiceDescriptor[] Services =
    [
        IngestService.Descriptor, ActivationService.Descriptor, LineageService.Descriptor, IdentityService.Descriptor,
        OperationsService.Descriptor, DecisionService.Descriptor,
    ];

    public static TheoryData<string, string> MethodsOfOneRequest
    {
        get
        {
            var methods = new TheoryData<string, string>();
            foreach (var method in Services.SelectMany(service => service.Methods).Where(one => !one.IsClientStreaming))
                methods.Add(method.Service.FullName, method.Name);
            return methods;
        }
    }

    private static MethodDescriptor Ingest => IngestService.Descriptor.FindMethodByName("IngestEvents");

    private static MethodDescriptor Stream => IngestService.Descriptor.FindMethodByName("StreamEvents");

    [SkippableTheory]
    [MemberData(nameof(MethodsOfOneRequest))]
    public async Task Bytes_that_are_no_message_are_refused_by_every_method(string service, string name)
    {
        var method = Services.Single(one => one.FullName == service).FindMethodByName(name);
        var error = await FailAsync(method, Truncated);
        error.AssertTells(StatusCode.InvalidArgument, "INVALID_FIELD", "");
    }

    [SkippableTheory]
    [MemberData(nameof(MethodsOfOneRequest))]
    public async Task A_message_beyond_the_limit_is_refused_by_every_method(string service, string name)
    {
        var method = Services.Single(one => one.FullName == service).FindMethodByName(name);
        var error = await FailAsync(method, new byte[MaxMessageBytes + 1]);
        error.AssertTells(StatusCode.InvalidArgument, "BATCH_TOO_LARGE", "");
        Assert.Contains($"{MaxMessageBytes}", error.Status.Detail, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_message_in_no_UTF8_is_refused() =>
        (await FailAsync(Ingest, WithInvalidUtf8(new IngestEventsRequest { Events = { Typed(Mark) } })))
            .AssertTells(StatusCode.InvalidArgument, "INVALID_FIELD", "");

    [SkippableFact]
    public async Task Five_megabytes_are_refused() =>
        (await FailAsync(Ingest, new IngestEventsRequest { Events = { Large(5_000_000) } }.ToByteArray()))
            .AssertTells(StatusCode.InvalidArgument, "BATCH_TOO_LARGE", "events");

    [SkippableFact]
    public async Task A_moment_that_there_is_not_is_refused()
    {
        var request = new ComputeStateHashRequest { AsOf = new Timestamp { Seconds = long.MaxValue } };
        var method = OperationsService.Descriptor.FindMethodByName("ComputeStateHash");
        (await FailAsync(method, request.ToByteArray()))
            .AssertTells(StatusCode.InvalidArgument, "INVALID_FIELD", "as_of");
    }

    [SkippableFact]
    public async Task A_batch_without_events_is_refused() =>
        (await FailAsync(Ingest, [])).AssertTells(StatusCode.InvalidArgument, "INVALID_FIELD", "events");

    [SkippableFact]
    public async Task A_batch_of_too_many_events_is_refused()
    {
        var request = new IngestEventsRequest { Events = { Enumerable.Repeat(Typed("x"), 2_501) } };
        (await FailAsync(Ingest, request.ToByteArray()))
            .AssertTells(StatusCode.InvalidArgument, "BATCH_TOO_LARGE", "events");
    }

    [SkippableFact]
    public async Task A_source_that_is_not_the_keys_is_refused()
    {
        var request = new IngestEventsRequest { Source = BadEvent.Personal, Events = { Typed("x") } };
        (await FailAsync(Ingest, request.ToByteArray()))
            .AssertTells(StatusCode.PermissionDenied, "SOURCE_MISMATCH", "source");
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData(BadEvent.Personal)]
    public async Task An_unknown_write_key_is_refused(string key)
    {
        var client = (await fixture.AddressAsync()).Channel.Ingest();
        var request = new IngestEventsRequest { Events = { GoodEvent.Create(out _) } };
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await client.IngestEventsAsync(request, ClientExtensions.Key(key)));
        error.AssertTells(StatusCode.Unauthenticated, "INVALID_WRITE_KEY", null);
        using var call = client.StreamEvents(ClientExtensions.Key(key));
        error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));
        error.AssertTells(StatusCode.Unauthenticated, "INVALID_WRITE_KEY", null);
    }

    /// <summary>By name: discovery writes the data of each case down, which is slow for megabytes.</summary>
    private static byte[] UnreadableBatch(string name) => name switch
    {
        "no message" => Truncated,
        "no UTF-8" => WithInvalidUtf8(new StreamEventsRequest { BatchId = 2, Events = { Typed(Mark) } }),
        _ => new byte[MaxMessageBytes + 1],
    };

    [SkippableTheory]
    [InlineData("no message", "INVALID_FIELD")]
    [InlineData("no UTF-8", "INVALID_FIELD")]
    [InlineData("too large", "BATCH_TOO_LARGE")]
    public async Task An_unreadable_batch_ends_its_stream_and_takes_nothing_back(string name, string reason)
    {
        var unreadable = UnreadableBatch(name);
        var server = await fixture.AddressAsync();
        using var call = server.Open(Stream);
        var first = new StreamEventsRequest { BatchId = 1, Events = { GoodEvent.Create(out var user) } };
        await call.RequestStream.WriteAsync(first.ToByteArray());
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var answer = StreamEventsResponse.Parser.ParseFrom(call.ResponseStream.Current);
        Assert.Equal(1, answer.BatchId);
        Assert.Equal(EventResult.Types.Status.Accepted, Assert.Single(answer.Results).Status);

        // Whether all of a message that is too large can still be sent is the transport's affair.
        _ = call.RequestStream.WriteAsync(unreadable);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext(CancellationToken.None));

        error.AssertTells(StatusCode.InvalidArgument, reason, "");
        Assert.Equal(1, (await server.Channel.ProfileAsync("user_id", user)).EventCount());
    }

    [SkippableTheory]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 })]
    [InlineData(new byte[] { 0, 0, 0 })]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 7, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 1, 0, 0, 0, 4, 1, 2, 3, 4 })]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 255, 255, 255, 255 })]
    public async Task A_broken_frame_is_refused(byte[] body)
    {
        var server = await fixture.AddressAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"http://{server.Channel.Target}/{Ingest.Service.FullName}/{Ingest.Name}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.Add("grpc-encoding", "gzip");

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["3"], response.Headers.GetValues("grpc-status"));
        var message = Uri.UnescapeDataString(response.Headers.GetValues("grpc-message").Single());
        var details = Convert.FromBase64String(response.Headers.GetValues("grpc-status-details-bin").Single());
        var error = new RpcException(
            new Status(StatusCode.InvalidArgument, message), new Metadata { { "grpc-status-details-bin", details } });
        error.AssertTells(StatusCode.InvalidArgument, "INVALID_FIELD", "");
    }

    private static Event Typed(string id) => BadTypedEvents.All["no time"].Write(id);

    private static Event Large(int bytes) => new() { SegmentJson = ByteString.CopyFrom(new byte[bytes]) };

    private static byte[] WithInvalidUtf8(IMessage message)
    {
        var bytes = message.ToByteArray();
        bytes.AsSpan(bytes.AsSpan().IndexOf("@@@@"u8), 4).Fill(0xC3);
        return bytes;
    }

    private async Task<RpcException> FailAsync(MethodDescriptor method, byte[] request)
    {
        var server = await fixture.AddressAsync();
        return await Assert.ThrowsAsync<RpcException>(() => server.CallAsync(method, request));
    }
}
