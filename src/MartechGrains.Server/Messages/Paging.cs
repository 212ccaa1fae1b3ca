using Grpc.Core;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Messages;

/// <summary>What list requests say of pages, by AIP-158.</summary>
internal static class Paging
{
    /// <summary>The size of a page.</summary>
    /// <param name="asked">What the request says; 0 for nothing.</param>
    /// <param name="usual">The size then.</param>
    /// <param name="most">The largest.</param>
    /// <exception cref="RpcException">The request asks for less than 0 or for more.</exception>
    public static int Size(int asked, int usual, int most) => asked < 0 || asked > most
        ? throw Failures.Exception(Failures.BadField(
            ErrorReason.InvalidField, "page_size", $"0 to {most}, 0 meaning {usual}"))
        : asked == 0 ? usual : asked;
}
