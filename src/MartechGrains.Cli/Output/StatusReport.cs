using System.Globalization;
using Google.Rpc;
using Grpc.Core;
using Spectre.Console;

namespace MartechGrains.Cli.Output;

/// <summary>Shows why a call failed.</summary>
public static class StatusReport
{
    /// <summary>Writes code, reason, fields at fault and what to do.</summary>
    /// <param name="messages">Where to.</param>
    /// <param name="status">Of the failed call.</param>
    /// <param name="asJson">As the JSON of google.rpc.Status instead.</param>
    public static void Write(IAnsiConsole messages, Google.Rpc.Status status, bool asJson)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(status);
        if (asJson)
            messages.Profile.Out.Writer.WriteLine(ProtoJson.OnLine(status));
        else
            Write(messages, status);
    }

    /// <summary>The status with its details, also where the server sent none.</summary>
    public static Google.Rpc.Status Of(RpcException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.GetRpcStatus()
            ?? new Google.Rpc.Status { Code = (int)error.StatusCode, Message = error.Status.Detail };
    }

    /// <summary>Writes a status for people.</summary>
    public static void Write(IAnsiConsole messages, Google.Rpc.Status status)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(status);
        var info = status.GetDetail<ErrorInfo>();
        var code = CodeName(status.Code);
        var title = info is null ? code : $"{code} ({info.Reason})";
        messages.Say($"{title}: {Wording.Sentence(status.Message)}", title);
        foreach (var violation in status.GetDetail<BadRequest>()?.FieldViolations ?? [])
            messages.Say($"  field {violation.Field}: {Wording.Sentence(violation.Description)}");
        if (status.GetDetail<RetryInfo>()?.RetryDelay is { } delay)
        {
            var seconds = delay.ToTimeSpan().TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            messages.WriteLine($"  retry after: {seconds} s");
        }

        if (Remedy((StatusCode)status.Code, info?.Reason) is { } remedy)
            messages.Say($"  what to do: {Wording.Sentence(remedy)}");
    }

    /// <summary>The code's name as gRPC spells it, such as <c>INVALID_ARGUMENT</c>.</summary>
    public static string CodeName(int code)
    {
        var name = Google.Rpc.CodeReflection.Descriptor.EnumTypes[0].FindValueByNumber(code)?.Name;
        return name ?? code.ToString(CultureInfo.InvariantCulture);
    }

    private static string? Remedy(StatusCode code, string? reason) => (code, reason) switch
    {
        (_, "PURPOSE_REQUIRED") => "state a purpose that is in force with --purpose.",
        (_, "UNKNOWN_NAMESPACE") => "use a namespace of the identity policy.",
        (_, "INVALID_CURSOR") => "start again without the cursor or page token.",
        (_, "INVALID_WRITE_KEY") => "give the source's key with --write-key or MARTECH_WRITE_KEY.",
        (_, "SOURCE_MISMATCH") => "leave --source out, or give the write key of that source.",
        (_, "PROFILE_NOT_FOUND") => "check namespace and value; the person may not be known yet.",
        (_, "PROFILE_MOVED") => "look the person up by an identifier and keep the new profile id.",
        (_, "FIELD_NOT_FOUND") => "run 'martech lookup' to see the profile's features and traits.",
        (StatusCode.Unavailable, _) => "check that the server runs at the --server address; then repeat.",
        (StatusCode.ResourceExhausted, _) => "the server is busy: repeat later.",
        (StatusCode.DeadlineExceeded, _) => "repeat, or allow more time with --timeout.",
        (StatusCode.Unimplemented, _) => "the server is older than this program, or --server names another service.",
        (StatusCode.Internal, _) => "see the server's log.",
        _ => null,
    };
}
