using System.Collections.Frozen;

namespace MartechGrains.LoadTests.Tracing;

/// <summary>
/// Which stage a frame of a stack belongs to. The innermost frame that belongs to one decides, so that what a library
/// does counts for who asked for it.
/// </summary>
public static class StageMap
{
    /// <summary>By namespace; the longest that fits decides.</summary>
    public static IReadOnlyDictionary<string, Stage> Namespaces { get; } = new Dictionary<string, Stage>
    {
        ["MartechGrains.Core.Events"] = Stage.Decode,
        ["MartechGrains.Core.Events.Cleaning"] = Stage.Clean,
        ["MartechGrains.Core.Identity"] = Stage.Fold,
        ["MartechGrains.Core.Identity.Normalisation"] = Stage.Clean,
        ["MartechGrains.Core.Identity.Policy"] = Stage.Clean,
        ["MartechGrains.Core.Identity.Resolution"] = Stage.View,
        ["MartechGrains.Core.Curation"] = Stage.Fold,
        ["MartechGrains.Core.Facts"] = Stage.Fold,
        ["MartechGrains.Core.Consent"] = Stage.Fold,
        ["MartechGrains.Core.Features"] = Stage.View,
        ["MartechGrains.Core.Homes.Machine"] = Stage.Apply,
        ["MartechGrains.Core.Homes.State"] = Stage.Fold,
        ["MartechGrains.Core.Homes.Stored"] = Stage.Encode,
        ["MartechGrains.Core.Homes.Views"] = Stage.View,
        ["MartechGrains.Core.Pointers"] = Stage.Join,
        ["MartechGrains.Core.Routing"] = Stage.Route,
        ["MartechGrains.Grains.Homes"] = Stage.Apply,
        ["MartechGrains.Grains.Mailboxes"] = Stage.Apply,
        ["MartechGrains.Grains.Pointers"] = Stage.Join,
        ["MartechGrains.Grains.Routing"] = Stage.Route,
        ["MartechGrains.Grains.Ingest"] = Stage.Route,
        ["MartechGrains.Grains.Serialization"] = Stage.Call,
        ["MartechGrains.Grains.Views"] = Stage.View,
        ["MartechGrains.Grains.Streams"] = Stage.View,
        ["MartechGrains.Journal"] = Stage.Commit,
        ["MartechGrains.Journal.Entries"] = Stage.Encode,
        ["MartechGrains.Journal.Sealing"] = Stage.Seal,
        ["MartechGrains.Server"] = Stage.Reply,
        ["MartechGrains.Protocol"] = Stage.Decode,
        ["Orleans"] = Stage.Call,
        ["OrleansCodeGen"] = Stage.Call,
        ["Npgsql"] = Stage.Commit,
        ["Grpc"] = Stage.Reply,
        ["Microsoft.AspNetCore"] = Stage.Reply,
    };

    /// <summary>By type, where a namespace holds several stages.</summary>
    public static IReadOnlyDictionary<string, Stage> Types { get; } = new Dictionary<string, Stage>
    {
        ["IdentifierReading"] = Stage.Clean,
        ["IdentifierKeyDerivation"] = Stage.Route,
        ["IdentityWatch"] = Stage.Fold,
        ["IdentityPartition"] = Stage.Fold,
        ["HashChain"] = Stage.Encode,
        ["TypedEventDecoder"] = Stage.Decode,
        ["IngestBatches"] = Stage.Decode,
    };

    private static readonly FrozenDictionary<string, Stage> ByNamespace = Namespaces.ToFrozenDictionary();
    private static readonly FrozenDictionary<string, Stage> ByType = Types.ToFrozenDictionary();

    /// <summary>The stage of a method; null where it belongs to none.</summary>
    /// <param name="method">Its full name, such as <c>Space.Type+Nested.Method</c>.</param>
    public static Stage? Of(string method)
    {
        var type = TypeOf(method);
        if (type.StartsWith("MartechGrains.", StringComparison.Ordinal)
            && ByType.TryGetValue(type[(type.LastIndexOf('.') + 1)..], out var stage))
            return stage;
        for (var space = type; space.Length > 0; space = space[..Math.Max(0, space.LastIndexOf('.'))])
        {
            if (ByNamespace.TryGetValue(space, out stage))
                return stage;
        }

        return null;
    }

    /// <summary>The outermost type that a method is of.</summary>
    private static string TypeOf(string method)
    {
        var nested = method.IndexOf('+', StringComparison.Ordinal);
        var end = nested >= 0 ? nested : method.LastIndexOf('.');
        return end <= 0 ? method : method[..end].TrimEnd('.');
    }
}
