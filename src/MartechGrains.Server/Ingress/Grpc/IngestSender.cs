using Google.Rpc;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Access;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Ingress.Grpc;

/// <summary>Who sends the events of a call.</summary>
/// <param name="Source">The source of events whose batch names none.</param>
/// <param name="HasKey">Whether a write key proved it; then no batch may name another source.</param>
internal readonly record struct IngestSender(string Source, bool HasKey)
{
    /// <summary>Finds out who sends.</summary>
    /// <param name="authorization">The call's <c>authorization</c> metadata; null where it has none.</param>
    /// <param name="keys">The write keys in force.</param>
    /// <param name="sourceWithoutKey">The source of calls without a key; null where a key is required.</param>
    /// <param name="sender">Who sends; meaningless where the result is a failure.</param>
    /// <returns>Null, or why the call is refused.</returns>
    public static Google.Rpc.Status? Admit(
        string? authorization, WriteKeys keys, string? sourceWithoutKey, out IngestSender sender)
    {
        sender = default;
        if (string.IsNullOrEmpty(authorization) && sourceWithoutKey is not null)
        {
            sender = new IngestSender(sourceWithoutKey, HasKey: false);
            return null;
        }

        if (!keys.TryFindSource(BasicWriteKey.Read(authorization), out var source))
        {
            return Failures.Status(
                Code.Unauthenticated, ErrorReason.InvalidWriteKey,
                "The write key is missing or not known. Send a registered one as 'authorization: Basic BASE64(KEY:)'.");
        }

        sender = new IngestSender(source, HasKey: true);
        return null;
    }

    /// <summary>Finds the source of a batch.</summary>
    /// <param name="stated">The source the batch names; empty for the sender's own.</param>
    /// <param name="source">The source; empty where the result is a failure.</param>
    /// <returns>Null, or why the batch is refused.</returns>
    public Google.Rpc.Status? Name(string stated, out string source)
    {
        source = Source;
        if (stated.Length == 0 || stated == Source) return null;
        source = "";
        if (HasKey)
        {
            const string problem = "The write key belongs to another source. Send that source, or leave it empty.";
            return Failures.Status(Code.PermissionDenied, ErrorReason.SourceMismatch, problem, new BadRequest
            {
                FieldViolations = { new BadRequest.Types.FieldViolation { Field = "source", Description = problem } },
            });
        }

        if (stated.Length > WriteKeys.MaxSourceLength || stated.AsSpan().ContainsAnyInRange('\0', '\u001f'))
        {
            return Failures.BadField(
                ErrorReason.InvalidField, "source",
                $"Send at most {WriteKeys.MaxSourceLength} characters, without control characters, or leave it empty.");
        }

        source = stated;
        return null;
    }
}
