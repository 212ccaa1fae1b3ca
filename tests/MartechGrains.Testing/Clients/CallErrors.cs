using Google.Rpc;
using Grpc.Core;
using Xunit;

namespace MartechGrains.Testing.Clients;

/// <summary>What failed calls tell.</summary>
public static class CallErrors
{
    /// <summary>The reason that is told; null where there is none.</summary>
    public static string? ReasonOf(RpcException error) => error.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;

    /// <summary>The fields at fault.</summary>
    public static IReadOnlyList<BadRequest.Types.FieldViolation> ViolationsOf(RpcException error) =>
        error.GetRpcStatus()?.GetDetail<BadRequest>()?.FieldViolations ?? [];

    /// <summary>Whether a call ended as promised: with status, reason and, for bad input, field and remedy.</summary>
    public static void AssertTyped(this RpcException error, StatusCode code, string reason, string? field)
    {
        Assert.Equal(code, error.StatusCode);
        var status = error.GetRpcStatus();
        Assert.True(status is not null, $"No details: {error.Status}");
        Assert.Equal((int)code, status.Code);
        Assert.Equal(status.Message, error.Status.Detail);
        Assert.NotEmpty(status.Message);
        var info = status.GetDetail<ErrorInfo>();
        Assert.Equal(("martechgrains", reason), (info?.Domain, info?.Reason));
        if (field is null) return;
        var violation = Assert.Single(ViolationsOf(error));
        Assert.Equal(field, violation.Field);
        Assert.NotEmpty(violation.Description);
    }
}
