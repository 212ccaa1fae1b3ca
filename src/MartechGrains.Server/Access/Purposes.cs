using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using MartechGrains.Core.Events;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Access;

/// <summary>Checks and records what lookups are for.</summary>
internal sealed class Purposes
{
    /// <summary>Most distinct purposes that are counted by name; further ones count as <c>other</c>.</summary>
    public const int MaxDistinct = 256;

    private readonly ConcurrentDictionary<string, KeyValuePair<string, object?>> _tags = new(StringComparer.Ordinal);
    private readonly Counter<long> _lookups;

    public Purposes(IMeterFactory meters)
    {
        _lookups = meters.Create("MartechGrains.Server").CreateCounter<long>(
            "martechgrains.lookups", "{profile}", "Profiles looked up, by purpose.");
    }

    /// <summary>
    /// Records <paramref name="profiles"/> lookups; returns what is wrong with the purpose, if anything.
    /// </summary>
    public Google.Rpc.Status? Record(string purpose, int profiles)
    {
        if (!_tags.TryGetValue(purpose, out var tag))
        {
            if (!ConsentStatement.IsPurpose(purpose))
                return Failures.BadField(
                    ErrorReason.PurposeRequired, "purpose",
                    "say what the data is for, such as personalization: lower case, digits, _ and ., "
                    + $"1 to {ConsentStatement.MaxPurposeLength} characters");
            tag = new KeyValuePair<string, object?>("purpose", _tags.Count < MaxDistinct ? purpose : "other");
            if (_tags.Count < MaxDistinct) _tags.TryAdd(purpose, tag);
        }
        _lookups.Add(profiles, tag);
        return null;
    }
}
