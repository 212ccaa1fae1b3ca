using System.Collections.Immutable;

namespace MartechGrains.Core.Events.Cleaning;

/// <summary>
/// Reads the consent statements of a draft. Lineage names no purpose that is not one: it may be any text at all.
/// </summary>
internal static class ConsentReading
{
    /// <summary>Cleans the statements: purposes in lower case, sorted, distinct.</summary>
    /// <returns>What is wrong with them, or null.</returns>
    public static EventFault? Read(
        IReadOnlyList<RawConsent> raw,
        ImmutableArray<SourceField>.Builder lineage,
        out ImmutableArray<ConsentStatement> consents)
    {
        consents = [];
        if (raw.Count == 0)
            return null;
        if (raw.Count > EventLimits.MaxConsents)
        {
            return new EventFault(
                QuarantineCodes.OutOfRange, raw[EventLimits.MaxConsents].Field, "too many values",
                $"Send at most {EventLimits.MaxConsents} consent statements in one event.");
        }

        var found = new SortedDictionary<ConsentStatement, string>();
        foreach (var stated in raw)
        {
            if (ConsentStatement.ReadPurpose(stated.Purpose) is not { } purpose)
            {
                // Nobody can ask for a purpose that has no name.
                var note = new SourceField(SourceField.Ignored + QuarantineCodes.OutOfRange, stated.Field);
                if (!lineage.Contains(note))
                    lineage.Add(note);
                continue;
            }

            found.TryAdd(new ConsentStatement(purpose, stated.IsGranted), stated.Field);
        }

        foreach (var (statement, field) in found)
            lineage.Add(new($"consent.{statement.Purpose}", field));
        consents = [.. found.Keys];
        return null;
    }
}
