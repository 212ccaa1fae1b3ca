using System.Xml.Linq;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Definitions;
using MartechGrains.Journal.Contracts;
using Xunit;

namespace MartechGrains.Architecture.Tests.Assemblies;

/// <summary>
/// The compiler itself demands documentation of every public member of these projects (CS1591 in .editorconfig). This
/// looks at what it wrote, so that the demand cannot be switched off unseen.
/// </summary>
public sealed class DocumentedTypesTests
{
    [Theory]
    [InlineData(typeof(Resolver))]
    [InlineData(typeof(IdentityPolicyLoader))]
    [InlineData(typeof(IJournalStore))]
    public void Every_public_type_and_property_is_documented(Type representative)
    {
        var documented = Documented(XDocument.Load(Path.ChangeExtension(representative.Assembly.Location, ".xml")));

        Findings.MustBeNone(
            Ids(representative.Assembly.GetExportedTypes()).Where(id => !documented.Contains(id)),
            "Say what it is, its units, bounds and errors.");
    }

    [Fact]
    public void A_type_or_property_without_documentation_is_found()
    {
        var documents = XDocument.Parse(
            "<doc><member name='T:A'/><member name='T:B'><summary> </summary></member></doc>");

        Assert.Empty(Documented(documents));
        Assert.Equal(
            [$"T:{typeof(Outer).FullName!.Replace('+', '.')}", $"P:{typeof(Outer).FullName!.Replace('+', '.')}.Size"],
            Ids([typeof(Outer)]));
    }

    [Fact]
    public void The_compiler_demands_documentation_of_the_same_projects()
    {
        var settings = Repository.Read(".editorconfig");

        Assert.Contains(
            "[src/MartechGrains.{Core,Definitions,Journal}/**.cs]\ndotnet_diagnostic.CS1591.severity = warning\n",
            settings, StringComparison.Ordinal);
    }

    private static HashSet<string> Documented(XDocument documents) => documents.Descendants("member")
        .Where(static member => member.Element("inheritdoc") is not null
            || !string.IsNullOrWhiteSpace(member.Element("summary")?.Value))
        .Select(static member => member.Attribute("name")!.Value)
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// A record's positional properties are documented at its parameters, and are not asked for here.
    /// </summary>
    private static IEnumerable<string> Ids(IEnumerable<Type> types) => types.SelectMany(static type =>
    {
        var name = type.FullName!.Replace('+', '.');
        var positional = type.GetConstructors().SelectMany(static constructor => constructor.GetParameters())
            .Select(static parameter => parameter.Name).ToHashSet(StringComparer.Ordinal);
        var properties = type.GetProperties()
            .Where(property => property.DeclaringType == type && property.GetIndexParameters().Length == 0)
            .Where(property => !positional.Contains(property.Name));
        return properties.Select(property => $"P:{name}.{property.Name}").Prepend($"T:{name}");
    });

    public sealed record Outer(int Width)
    {
        public int Size => Width;
    }
}
