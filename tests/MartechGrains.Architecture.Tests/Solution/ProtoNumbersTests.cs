using Xunit;
using CoreEvents = MartechGrains.Core.Events;
using ProtoTypes = MartechGrains.Protocol.Types.V1;

namespace MartechGrains.Architecture.Tests.Solution;

/// <summary>Numbers are cast between Core and the protos; their names and numbers must be the same.</summary>
public sealed class ProtoNumbersTests
{
    private const string Remedy = "Give both the same name and number.";

    [Fact]
    public void Event_classes_have_the_protos_numbers() =>
        Findings.MustBeNone(Differences<CoreEvents.EventClass, ProtoTypes.EventClass>(), Remedy);

    [Fact]
    public void Channels_have_the_protos_numbers() =>
        Findings.MustBeNone(Differences<CoreEvents.Channel, ProtoTypes.Channel>(), Remedy);

    [Fact]
    public void Reliability_tiers_and_criteria_have_the_protos_numbers() => Findings.MustBeNone(
        [
            .. Differences<Core.Identity.Policy.ReliabilityTier, Protocol.Lineage.V1.ReliabilityTier>(),
            .. Differences<Core.Homes.Views.SurvivorshipCriterion, Protocol.Lineage.V1.SurvivorshipCriterion>(),
        ],
        Remedy);

    [Fact]
    public void A_number_that_means_something_else_and_a_missing_one_are_found() => Assert.Equal(
        ["1: Web and Page", "2: App and nothing", "3: nothing and Post"], Differences<Left, Right>());

    /// <summary>Number 0 is the absence of a value, which each side calls in its own way.</summary>
    private static string[] Differences<TCore, TProto>()
        where TCore : struct, Enum
        where TProto : struct, Enum
    {
        var (core, proto) = (Names<TCore>(), Names<TProto>());
        return
        [
            .. core.Keys.Union(proto.Keys).Order().Where(number => number != 0)
                .Select(number => (number, Core: core.GetValueOrDefault(number, "nothing"),
                    Proto: proto.GetValueOrDefault(number, "nothing")))
                .Where(static pair => pair.Core != pair.Proto)
                .Select(static pair => $"{pair.number}: {pair.Core} and {pair.Proto}"),
        ];
    }

    private static SortedDictionary<int, string> Names<T>() where T : struct, Enum => new(
        Enum.GetValues<T>().ToDictionary(
            static value => Convert.ToInt32(value, System.Globalization.CultureInfo.InvariantCulture),
            static value => value.ToString()));

    private enum Left
    {
        Unknown = 0,
        Web = 1,
        App = 2,
    }

    private enum Right
    {
        Unspecified = 0,
        Page = 1,
        Post = 3,
    }
}
