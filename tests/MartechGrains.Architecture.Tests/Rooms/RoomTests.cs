using Xunit;

namespace MartechGrains.Architecture.Tests.Rooms;

/// <summary>
/// Every folder of a product is a room with one duty: which uses which is listed, and there is no circle.
/// </summary>
public sealed class RoomTests
{
    public static TheoryData<string> Products { get; } = new(
        Repository.Files("src").Where(static path => path.EndsWith(".csproj", StringComparison.Ordinal))
            .Select(static path => Path.GetFileNameWithoutExtension(path)));

    [Theory]
    [MemberData(nameof(Products))]
    public void A_namespace_is_its_folder(string project) =>
        Findings.MustBeNone(Read(project).Misplaced(), "Name the namespace as the folder.");

    [Theory]
    [MemberData(nameof(Products))]
    public void A_room_uses_only_those_it_may_use(string project)
    {
        var allowed = RoomMap.Of(project);

        Findings.MustBeNone(
            Read(project).Edges().Where(edge => !allowed.Contains((edge.From, edge.To)))
                .Select(static edge => $"{edge.File}: {edge.From} → {edge.To}"),
            $"Move what is used, or allow it in {nameof(RoomMap)} if it makes no circle.");
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Nothing_is_allowed_that_no_room_needs(string project)
    {
        var used = Read(project).Edges().Select(static edge => (edge.From, edge.To)).ToHashSet();

        Findings.MustBeNone(
            RoomMap.Of(project).Where(edge => !used.Contains(edge))
                .Select(static edge => $"{edge.From} → {edge.To}"),
            $"Take it out of {nameof(RoomMap)}.");
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void No_rooms_use_each_other(string project) => Findings.MustBeNone(
        RoomUse.Circle(Read(project).Edges()), $"Rooms of {project} use each other in a circle: cut it.");

    [Fact]
    public void Whatever_way_a_room_is_used_is_found()
    {
        var use = new RoomUse("A",
        [
            ("Top.cs", "namespace A;\npublic class Top;"),
            ("B/Above.cs", "namespace A.B;\npublic record struct Above(int X);"),
            ("B/C/Using.cs", "using A.D;\n\nnamespace A.B.C;\n\ninternal sealed class Using { Above _x; }"),
            ("D/Static.cs", "using static A.E.Maker;\nusing F = A.B.C.Using;\nnamespace A.D;\nclass Static;"),
            ("E/Named.cs", "namespace A.E;\nstatic class Maker { D.Static x; string Top => \"D.Static\"; }"),
        ]);

        Assert.Equal(
            ["B.C → B", "B.C → D", "D → B.C", "D → E", "E → (root)", "E → D"],
            use.Edges().Select(static edge => $"{edge.From} → {edge.To}").Order(StringComparer.Ordinal));
        Assert.Empty(use.Misplaced());
    }

    [Fact]
    public void A_file_with_the_namespace_of_another_room_is_found() =>
        Assert.Equal(["B/X.cs"], new RoomUse("A", [("B/X.cs", "namespace A.C;\nclass X;")]).Misplaced());

    [Theory]
    [InlineData("a>b b>c", "")]
    [InlineData("a>b b>c c>a", "a b c")]
    [InlineData("a>b b>c c>b", "b c")]
    [InlineData("a>b a>c b>d c>d", "")]
    public void A_circle_is_found_wherever_it_begins(string edges, string circle) => Assert.Equal(
        circle,
        string.Join(' ', RoomUse.Circle(edges.Split(' ').Select(static edge => edge.Split('>'))
            .Select(static ends => new RoomEdge(ends[0], ends[1], "")))));

    private static RoomUse Read(string project) => new(
        project,
        Repository.Files($"src/{project}").Where(static path => path.EndsWith(".cs", StringComparison.Ordinal))
            .Select(path => (path[$"src/{project}/".Length..], Repository.Read(path))));
}
