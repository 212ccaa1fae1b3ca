using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using MartechGrains.Core.Routing;
using MartechGrains.Grains;
using MartechGrains.Grains.Damage;
using MartechGrains.Journal.Clocks;
using MartechGrains.Journal.Contracts;
using MartechGrains.Journal.Feed;
using MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Server.Errors;

/// <summary>
/// Makes errors as clients are promised them: <c>google.rpc.Status</c> with <c>ErrorInfo</c> and, for bad input,
/// <c>BadRequest</c>.
/// </summary>
internal static class Failures
{
    /// <summary>The domain of all reasons.</summary>
    public const string Domain = "martechgrains";

    /// <summary>The trailer that carries the whole of an error; errors of the framework have none.</summary>
    public const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>The details that errors carry, so that the JSON doors can print them.</summary>
    public static TypeRegistry DetailTypes { get; } = TypeRegistry.FromMessages(
        ErrorInfo.Descriptor, BadRequest.Descriptor, RetryInfo.Descriptor);

    private static readonly Duration RetryDelay = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(250));

    /// <summary>Bad input: names the field, what is wrong and what to send instead; never the value.</summary>
    public static Google.Rpc.Status BadField(ErrorReason reason, string field, string problem) =>
        Status(Code.InvalidArgument, reason, problem, new BadRequest
        {
            FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = problem } },
        });

    public static Google.Rpc.Status NotFound(ErrorReason reason, string problem) =>
        Status(Code.NotFound, reason, problem);

    /// <summary>One of several things that a request names is not there: names the field.</summary>
    public static Google.Rpc.Status NotFound(ErrorReason reason, string field, string problem) =>
        Status(Code.NotFound, reason, $"{field}: {problem}", new BadRequest
        {
            FieldViolations = { new BadRequest.Types.FieldViolation { Field = field, Description = problem } },
        });

    public static Google.Rpc.Status Overloaded(string problem, TimeSpan? delay = null) => Status(
        Code.ResourceExhausted, ErrorReason.Overloaded, problem,
        new RetryInfo { RetryDelay = delay is { } stated ? Duration.FromTimeSpan(stated) : RetryDelay });

    public static Google.Rpc.Status Unavailable(string problem) => Status(
        Code.Unavailable, ErrorReason.Unavailable, problem, new RetryInfo { RetryDelay = RetryDelay });

    /// <summary>The server was told to stop, and the call is of those that have no end or took too long.</summary>
    public static Google.Rpc.Status Stopping() =>
        Unavailable("The server stops. Send what has no answer yet again, to this address: repeats count once.");

    /// <summary>
    /// What the caller is told of a failure inside; null for a bug, which is logged and told as INTERNAL. A
    /// cancellation is not the caller's, who would not be told of it: a grain could not begin in time, or the server
    /// stops.
    /// </summary>
    public static Google.Rpc.Status? Of(Exception error) => error switch
    {
        GrainOverloadedException or JournalOverloadedException =>
            Overloaded("More is waiting than is kept. Nothing of this was lost; send it again after the delay."),
        WritesRefusedException => Unavailable(
            "The store takes no writes now. Nothing of this was kept; send it again after the delay."),
        ClockOffException off => Status(
            Code.Unavailable, ErrorReason.ClockOff,
            $"{off.Message} Nothing of this was kept; send it again after the delay.",
            new RetryInfo { RetryDelay = Duration.FromTimeSpan(ClockGate.Interval) }),
        HomeDamagedException damage => Damaged(damage),
        FollowersExceededException followers => Overloaded(followers.Message),
        GrainReloadException or StoreUnavailableException or AmbiguousCommitException or JournalEndedException
            or TimeoutException
            or ProtocolLivelockException or OperationCanceledException or Orleans.Runtime.OrleansException =>
            Unavailable("The profile's home or the store could not be reached. Send it again: repeats count once."),
        IngestOverloadedException overloaded => Overloaded(
            "More events arrive than can be kept. Send the same events again after the delay; each counts once.",
            overloaded.RetryAfter),
        IngestUnavailableException =>
            Unavailable("The events cannot be kept now. Send the same events again after the delay; each counts once."),
        _ => null,
    };

    private static Google.Rpc.Status Damaged(HomeDamagedException damage)
    {
        var status = new Google.Rpc.Status
        {
            Code = (int)Code.DataLoss,
            Message = $"{damage.Message} Others go on. {HomeDamagedException.Remedy}",
        };
        status.Details.Add(Any.Pack(new ErrorInfo
        {
            Domain = Domain,
            Reason = Name(ErrorReason.HomeDamaged),
            Metadata = { ["home"] = $"{damage.Home}", ["row"] = $"{damage.Row}" },
        }));
        return status;
    }

    /// <summary>What the caller is told of a bug, whose text is for the log only.</summary>
    public static Google.Rpc.Status Internal() => Status(
        Code.Internal, ErrorReason.Internal, "The server failed in a way it should not; its log tells more.");

    public static Google.Rpc.Status Status(
        Code code, ErrorReason reason, string message, params Google.Protobuf.IMessage[] details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.Add(Any.Pack(new ErrorInfo { Domain = Domain, Reason = Name(reason) }));
        foreach (var detail in details) status.Details.Add(Any.Pack(detail));
        return status;
    }

    /// <summary>The reason as it stands in <c>ErrorInfo.reason</c>: the enum's name without its prefix.</summary>
    public static string Name(ErrorReason reason)
    {
        var name = ErrorReasonReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)reason)!.Name;
        return name["ERROR_REASON_".Length..];
    }

    public static RpcException Exception(Google.Rpc.Status status) => status.ToRpcException();
}
