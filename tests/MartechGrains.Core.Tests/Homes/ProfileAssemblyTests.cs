using CsCheck;
using MartechGrains.Core.Homes.Views;
using Xunit;

namespace MartechGrains.Core.Tests.Homes;

public sealed class ProfileAssemblyTests
{
    [Fact]
    public void A_home_shows_traits_and_consent_of_all_that_count_of_its_events_and_those_it_took_in() => Gen.Select(
        Gen.Int[0, 1_000_000], Gen.Int[0, 70], Gen.Bool).Sample(static (seed, length, withOpenJoins) =>
        {
            var history = HomeHistory.Of(seed, length);
            var state = history.Fold(history.Entries.Count);
            var view = ProfileAssembly.Assemble(state, withOpenJoins);
            var events = history.Events.Select(static applied => applied.Event)
                .DistinctBy(static e => e.Hash).Where(e => !state.Decisions.IsRetracted(e.Hash)).ToArray();
            foreach (var profile in view.Profiles)
            {
                Assert.Equal(
                    NaiveEvidence.Traits(profile.Resolved, view.Resolution, state.Policy, events),
                    profile.Traits.Select(static trait =>
                        $"{trait.Key}={trait.Value.Json} of {trait.Value.Origin} as {trait.Value.Tier}"));
                Assert.Equal(
                    NaiveEvidence.Consents(profile.Resolved, view.Resolution, state.Policy, events),
                    profile.Consents.Select(static one => $"{one.Key}={one.Value.IsGranted} by {one.Value.Origin}"));
            }
        }, iter: 600);
}
