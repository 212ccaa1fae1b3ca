using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Homes.Views;

/// <summary>
/// The evidence of several homes as if they were one, for questions about what would come of their meeting.
/// </summary>
public static class JoinedEvidence
{
    /// <summary>
    /// What their profiles would be a function of, under the newest of their policies. Joins that are open count as
    /// links; a value is generic where any of them knows it to be.
    /// </summary>
    /// <param name="homes">The homes, each once.</param>
    /// <param name="policy">The policy where there is no home.</param>
    public static ResolverInput Of(IReadOnlyCollection<HomeState> homes, IdentityPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(homes);
        ArgumentNullException.ThrowIfNull(policy);
        ResolverInput[] inputs =
            [.. homes.Select(static home => ProfileAssembly.InputOf(home, withOpenJoins: true))];
        return new ResolverInput(
            [.. inputs.SelectMany(static input => input.Evidence)],
            new IdentityDecisions(
                inputs.SelectMany(static input => input.Decisions.MustLinks),
                inputs.SelectMany(static input => input.Decisions.CannotLinks),
                inputs.SelectMany(static input => input.Decisions.LinkableValues)),
            inputs.Select(static input => input.Policy).MaxBy(static newest => newest.Version) ?? policy,
            inputs.SelectMany(static input => input.Generic!).ToHashSet());
    }
}
