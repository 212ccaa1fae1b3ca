using MartechGrains.Core.Events;
using MartechGrains.Core.Events.Cleaning;
using MartechGrains.Core.Identity.Normalisation;
using MartechGrains.Grains.Registry;

namespace MartechGrains.Grains.Ingest;

/// <summary>Normalises identifiers of events by the identity policy in force.</summary>
public static class IdentifierReading
{
    /// <summary>What decoders are given to normalise identifiers with.</summary>
    public static NormaliseIdentifier Under(PolicyCache policies) => (name, value) =>
    {
        var policy = policies.InForce;
        return IdentifierNormaliser.Normalise(policy, name, value).TryGet(out var identifier, out var error)
            ? new IdentifierVerdict(
                identifier, policy.IsBlocked(identifier), Also: IdentifierNormaliser.EmailOf(policy, identifier))
            : IdentifierVerdict.Invalid(CodeOf(error.Reason), $"{error.Reason}, no {error.ValueKind}", error.Remedy);
    };

    private static string CodeOf(InvalidIdentifierReason reason) => reason == InvalidIdentifierReason.UnknownNamespace
        ? QuarantineCodes.UnknownNamespace
        : QuarantineCodes.InvalidIdentifier;
}
