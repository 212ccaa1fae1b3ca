using System.Reflection;
using MartechGrains.LoadTests.Tracing;
using Xunit;

namespace MartechGrains.Server.Tests.Load;

public sealed class StageMapTests
{
    [Theory]
    [InlineData("MartechGrains.Core.Events.Cleaning.EventCleaning.Clean", Stage.Clean)]
    [InlineData("MartechGrains.Core.Events.Json.CanonicalJson+Nested.Write", Stage.Decode)]
    [InlineData("MartechGrains.Core.Homes.Views.IdentityWatch.TakeChanges", Stage.Fold)]
    [InlineData("MartechGrains.Journal.Sqlite.SqliteCommit.Run", Stage.Commit)]
    [InlineData("MartechGrains.Grains.Homes.ProfileGrain+<OnActivateAsync>d__10.MoveNext", Stage.Apply)]
    [InlineData("Orleans.Runtime.ActivationData.Activate", Stage.Call)]
    public void A_frame_belongs_to_the_stage_of_its_type_or_else_of_its_namespace(string method, Stage stage) =>
        Assert.Equal(stage, StageMap.Of(method));

    [Theory]
    [InlineData("System.Collections.Generic.Dictionary`2.Resize")]
    [InlineData("Google.Protobuf.ParseContext.ReadString")]
    [InlineData("main")]
    public void What_a_library_does_belongs_to_who_asked_for_it(string method) => Assert.Null(StageMap.Of(method));

    [Fact]
    public void Each_stage_of_ours_names_namespaces_and_types_that_there_are()
    {
        var types = Directory.GetFiles(AppContext.BaseDirectory, "MartechGrains.*.dll")
            .Select(Assembly.LoadFrom).SelectMany(static assembly => assembly.GetTypes()).ToArray();
        var spaces = types.Select(static type => type.Namespace ?? "").ToHashSet();
        foreach (var space in StageMap.Namespaces.Keys.Where(
            static name => name.StartsWith("MartechGrains.", StringComparison.Ordinal)))
            Assert.Contains(spaces, known => known == space || known.StartsWith(space + ".", StringComparison.Ordinal));
        foreach (var name in StageMap.Types.Keys) Assert.Contains(types, type => type.Name == name);
    }
}
