using System.Text.RegularExpressions;
using MartechGrains.Architecture.Tests.Sources;

namespace MartechGrains.Architecture.Tests.Rooms;

/// <summary>One room uses another: the file that shows it.</summary>
/// <param name="From">The room of the file, as a folder below the project's.</param>
/// <param name="To">The room of what it uses.</param>
/// <param name="File">The file's path.</param>
internal readonly record struct RoomEdge(string From, string To, string File);

/// <summary>
/// Which folders of a project use which, from its sources. Namespaces follow folders and no using is superfluous, as
/// the compiler sees to, so that usings say it; besides, a file sees what is in the folders above its own, and may name
/// a type with its folder.
/// </summary>
internal sealed partial class RoomUse
{
    /// <summary>What a room is called that is the project's folder itself.</summary>
    public const string Root = "(root)";

    private readonly string _project;
    private readonly Dictionary<string, HashSet<string>> _types = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Room, string Code)> _files = [];

    /// <param name="project">The project: the first part of its namespaces, and its folder.</param>
    /// <param name="files">Its sources, paths relative to that folder.</param>
    public RoomUse(string project, IEnumerable<(string Path, string Text)> files)
    {
        _project = project;
        foreach (var (path, text) in files)
        {
            var room = RoomOf(path);
            var code = CodeText.Of(text);
            _files.Add((path, room, code));
            if (!_types.TryGetValue(room, out var types)) _types.Add(room, types = new(StringComparer.Ordinal));
            types.UnionWith(Declaration.Matches(code).Select(static match => match.Groups[1].Value));
        }
    }

    /// <summary>The project's folders that hold sources.</summary>
    public IEnumerable<string> Rooms => _types.Keys.Order(StringComparer.Ordinal);

    /// <summary>Files whose namespace is not their folder's.</summary>
    public IEnumerable<string> Misplaced() => _files
        .Where(file => Namespace.Match(file.Code) is { Success: true } match
            && match.Groups[1].Value != NamespaceOf(file.Room))
        .Select(static file => file.Path);

    /// <summary>All edges, once for each file that shows one.</summary>
    public IEnumerable<RoomEdge> Edges() => _files.SelectMany(file =>
        Used(file.Room, file.Code).Distinct(StringComparer.Ordinal)
            .Where(to => to != file.Room)
            .Select(to => new RoomEdge(file.Room, to, file.Path)));

    /// <summary>The rooms of one circle, or none: each uses the next, and the last the first.</summary>
    public static IReadOnlyList<string> Circle(IEnumerable<RoomEdge> edges)
    {
        var next = edges.ToLookup(static edge => edge.From, static edge => edge.To, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();
        foreach (var room in next.Select(static rooms => rooms.Key).Order(StringComparer.Ordinal))
            if (Visit(room) is { } circle) return circle;
        return [];

        List<string>? Visit(string room)
        {
            if (path.IndexOf(room) is var at and >= 0) return path[at..];
            if (!done.Add(room)) return null;
            path.Add(room);
            foreach (var to in next[room].Distinct(StringComparer.Ordinal))
                if (Visit(to) is { } circle) return circle;
            path.RemoveAt(path.Count - 1);
            return null;
        }
    }

    private static string RoomOf(string path) => Path.GetDirectoryName(path) is { Length: > 0 } folder
        ? folder.Replace('\\', '/').Replace('/', '.')
        : Root;

    private string NamespaceOf(string room) => room == Root ? _project : $"{_project}.{room}";

    private IEnumerable<string> Used(string room, string code)
    {
        foreach (Match match in Using.Matches(code))
            if (RoomIn(match.Groups[1].Value) is { } used) yield return used;
        foreach (Match match in Qualified.Matches(code))
            if (RoomIn($"{_project}.{match.Groups[1].Value}", match.Groups[2].Value) is { } used) yield return used;
        var words = Word.Matches(code).Select(static match => match.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var above in Above(room))
            if (_types.TryGetValue(above, out var types) && types.Overlaps(words)) yield return above;
    }

    private static IEnumerable<string> Above(string room)
    {
        if (room == Root) yield break;
        for (var dot = room.LastIndexOf('.'); dot > 0; dot = room.LastIndexOf('.', dot - 1)) yield return room[..dot];
        yield return Root;
    }

    /// <summary>The room that a name begins with, where it is one of the project's.</summary>
    private string? RoomIn(string name)
    {
        if (!$"{name}.".StartsWith($"{_project}.", StringComparison.Ordinal)) return null;
        for (; name.Length > _project.Length; name = name[..name.LastIndexOf('.')])
            if (_types.ContainsKey(name[(_project.Length + 1)..])) return name[(_project.Length + 1)..];
        return Root;
    }

    private string? RoomIn(string name, string type)
    {
        var room = name[(_project.Length + 1)..];
        return _types.TryGetValue(room, out var types) && types.Contains(type) ? room : null;
    }

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using { get; }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace { get; }

    [GeneratedRegex(
        @"^(?:public |internal |file |static |sealed |abstract |readonly |partial |ref )*"
        + @"(?:class|record struct|record class|record|struct|interface|enum|delegate [\w<>,?\[\]. ]+?) ([A-Z]\w*)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration { get; }

    /// <summary>A type with folders before it; those of other projects are none of this one's.</summary>
    [GeneratedRegex(@"(?<![\w.])([A-Z]\w*(?:\.[A-Z]\w*)*)\.([A-Z]\w*)")]
    private static partial Regex Qualified { get; }

    [GeneratedRegex(@"(?<![\w.])[A-Z]\w*")]
    private static partial Regex Word { get; }
}
