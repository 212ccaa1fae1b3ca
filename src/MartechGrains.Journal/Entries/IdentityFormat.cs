using Google.Protobuf;
using MartechGrains.Core.Curation;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Time;
using MartechGrains.Journal.Entries.Format;
using ChangeFormat = MartechGrains.Journal.Entries.Format.Changed.Types.Change;

namespace MartechGrains.Journal.Entries;

/// <summary>Translates what happened to profiles into the entry's format and back.</summary>
internal static class IdentityFormat
{
    public static Changed Encode(IdentityChanged entry)
    {
        var format = new Changed { At = entry.At.Milliseconds };
        foreach (var change in entry.Changes) format.Changes.Add(Encode(change));
        return format;
    }

    public static IdentityChanged Decode(Changed format) =>
        new([.. format.Changes.Select(Decode)], new IngestTime(format.At));

    private static ChangeFormat Encode(IdentityChange change) => new()
    {
        Kind = (uint)change.Kind,
        Profile = KeyBytes.Of(change.Profile.Anchor),
        Others = KeyBytes.Of([.. change.Others.Select(static id => id.Anchor)]),
        Cause = (uint)change.Cause.Kind,
        Source = change.Cause.Source,
        EventId = change.Cause.EventId,
        CauseId = change.Cause switch
        {
            { Decision: { } decision } => KeyBytes.Of(new IdentifierKey(decision.Bits)),
            { Value: { } value } => KeyBytes.Of(value),
            { Home: { } home } => KeyBytes.Of(home),
            _ => ByteString.Empty,
        },
        PolicyVersion = change.Cause.PolicyVersion,
        LimitNamespace = change.RefusedBy?.LimitNamespace ?? "",
        CannotLink = change.RefusedBy?.CannotLink ?? "",
    };

    private static IdentityChange Decode(ChangeFormat format)
    {
        var kind = (IdentityCauseKind)format.Cause;
        IdentifierKey? id = format.CauseId.IsEmpty ? null : KeyBytes.Key(format.CauseId);
        return new IdentityChange(
            (IdentityChangeKind)format.Kind,
            new ProfileId(KeyBytes.Key(format.Profile)),
            [.. KeyBytes.Keys(format.Others).Select(static key => new ProfileId(key))],
            new IdentityCause(
                kind, format.Source, format.EventId,
                kind == IdentityCauseKind.Decision && id is { } decision ? new DecisionId(decision.Bits) : null,
                format.PolicyVersion,
                kind == IdentityCauseKind.Value ? id : null,
                kind == IdentityCauseKind.Union && id is { } home ? new HomeId(home) : null),
            format.LimitNamespace.Length + format.CannotLink.Length > 0
                ? new RefusalRule(format.LimitNamespace, format.CannotLink)
                : null);
    }
}
