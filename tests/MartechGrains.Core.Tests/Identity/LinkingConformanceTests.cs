using System.Collections.Immutable;
using System.Text.Json;
using MartechGrains.Core.Identity.Resolution;
using MartechGrains.Definitions;
using MartechGrains.Testing;
using Xunit;

namespace MartechGrains.Core.Tests.Identity;

/// <summary>The shared and the own identity cases, in every arrival order that is feasible.</summary>
public class LinkingConformanceTests
{
    private const int MaxEventsForAllOrders = 6;
    private const int RandomOrders = 1000;
    private const int CasesShared = 22;
    private const int CasesOwn = 39;

    [SkippableFact]
    public void Every_shared_linking_case_gives_the_expected_profiles_refusals_and_rejection() =>
        Check(IdentityCaseFiles.Shared(), ConformanceData.IsNamed ? 1 : CasesShared);

    [Fact]
    public void Every_own_case_gives_the_expected_profiles_refusals_and_rejection() =>
        Check(IdentityCaseFiles.Own(), CasesOwn);

    /// <summary>Their ties are decided by SHA-256 too, so that changing the order of a tie changes this test.</summary>
    [Fact]
    public void Random_cases_of_the_reference_model_give_what_it_computed()
    {
        using var stream = typeof(LinkingConformanceTests).Assembly.GetManifestResourceStream("model-cases.json")!;
        using var document = JsonDocument.Parse(stream);
        foreach (var one in document.RootElement.GetProperty("cases").EnumerateArray())
            Check(one.GetProperty("id").GetString()!, one);
    }

    [SkippableFact]
    public void Every_shared_linking_case_gives_the_same_in_every_arrival_order_and_with_duplicates() =>
        CheckOrders(IdentityCaseFiles.Shared());

    [Fact]
    public void Every_own_case_gives_the_same_in_every_arrival_order_and_with_duplicates() =>
        CheckOrders(IdentityCaseFiles.Own());

    [SkippableFact]
    public void A_shared_case_read_from_two_files_prints_the_shape_of_its_expectation()
    {
        var one = IdentityCaseFiles.Shared().First().Case;
        var run = IdentityCase.Read(one.GetProperty("policy").GetRawText(), one.GetRawText()).Run();
        using var printed = JsonDocument.Parse(run.ToJson());
        Assert.Equal(Canonical(one.GetProperty("expect").GetProperty("profiles")),
            Canonical(printed.RootElement.GetProperty("profiles")));
        Assert.Equal(["profiles", "refusedLinks", "rejected"],
            printed.RootElement.EnumerateObject().Select(p => p.Name));
    }

    private static void Check(IEnumerable<(string Name, JsonElement Case)> cases, int atLeast)
    {
        var count = 0;
        foreach (var (name, one) in cases)
        {
            Check(name, one);
            count++;
        }

        Assert.True(count >= atLeast, $"only {count} cases");
    }

    private static void CheckOrders(IEnumerable<(string Name, JsonElement Case)> cases)
    {
        var random = new Random(20261);
        foreach (var (name, one) in cases)
        {
            var read = Read(one);
            var expected = ResolutionText.Of(read.Resolve());
            foreach (var order in Orders(read.Evidence, random))
            {
                var repeated = order.Add(order[random.Next(order.Length)]);
                var resolved = Resolver.Resolve(repeated, read.Decisions, read.Policy);
                Assert.True(expected == ResolutionText.Of(resolved), name);
            }
        }
    }

    private static void Check(string name, JsonElement one)
    {
        var run = Read(one).Run();
        var expect = one.GetProperty("expect");
        var refused = Canonical(expect.GetProperty("refusedLinks"));
        Assert.True(Canonical(run.Profiles) == Canonical(expect.GetProperty("profiles")), $"{name}: profiles");
        Assert.True(Canonical(run.RefusedLinks) == refused, $"{name}: refused");
        Assert.True(run.Rejected == expect.GetProperty("rejected").GetBoolean(), $"{name}: rejected");
    }

    private static IdentityCase Read(JsonElement one) => IdentityCase.Read(
        one.GetProperty("policy"), one.GetProperty("events"),
        one.TryGetProperty("decisions", out var decisions) ? decisions : null);

    private static string Canonical(ImmutableArray<ImmutableArray<string>> lists) =>
        string.Join('|', lists.Select(l => string.Join(',', l)));

    private static string Canonical(JsonElement lists) => string.Join('|', lists.EnumerateArray()
        .Select(l => string.Join(',', l.EnumerateArray().Select(v => v.GetString()!).Order(StringComparer.Ordinal)))
        .Order(StringComparer.Ordinal));

    private static IEnumerable<ImmutableArray<EvidenceSet>> Orders(ImmutableArray<EvidenceSet> events, Random random)
    {
        if (events.Length <= MaxEventsForAllOrders)
        {
            foreach (var order in Permutations(events))
                yield return order;
            yield break;
        }

        for (var i = 0; i < RandomOrders; i++)
        {
            var order = events.ToArray();
            random.Shuffle(order);
            yield return [.. order];
        }
    }

    private static IEnumerable<ImmutableArray<EvidenceSet>> Permutations(ImmutableArray<EvidenceSet> events)
    {
        if (events.IsEmpty)
        {
            yield return [];
            yield break;
        }

        for (var i = 0; i < events.Length; i++)
        {
            foreach (var rest in Permutations(events.RemoveAt(i)))
                yield return rest.Insert(0, events[i]);
        }
    }
}
