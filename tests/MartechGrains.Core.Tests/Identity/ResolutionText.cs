using System.Text;
using MartechGrains.Core.Identity.Resolution;

namespace MartechGrains.Core.Tests.Identity;

/// <summary>Everything a resolution says, as text, so that two can be compared whole.</summary>
internal static class ResolutionText
{
    public static string Profiles(IEnumerable<ResolvedProfile> profiles) =>
        string.Join('\n', profiles.Select(p => $"{p.Anchor} = {string.Join(',', p.Identifiers)}"));

    public static string Of(ResolvedPartition resolution)
    {
        var text = new StringBuilder();
        foreach (var profile in resolution.Profiles)
        {
            text.Append("profile ").Append(profile.Anchor).Append(" = ");
            text.AppendJoin(',', profile.Identifiers.Select(i => i + (resolution.IsLinkable(i) ? "" : "!")));
            text.Append('\n');
        }

        foreach (var accepted in resolution.Accepted)
            text.Append("accepted ").Append(accepted).Append('\n');
        foreach (var refused in resolution.Refused)
        {
            var witness = resolution.WitnessOf(refused);
            text.Append("refused ").Append(refused).Append(" by ").AppendJoin(',', witness.FromFirst);
            text.Append(" and ").AppendJoin(',', witness.FromSecond).Append('\n');
        }

        text.Append("generic ").AppendJoin(',', resolution.Generic).Append('\n');
        text.Append("oversize ").AppendJoin(',', resolution.Oversize).Append('\n');
        text.Append("idle ").AppendJoin(',', resolution.IdleMustLinks).Append('\n');
        foreach (var rejected in resolution.Rejected)
        {
            text.Append("rejected ").AppendJoin(',', rejected.Identifiers);
            text.Append(rejected.OldestEventTime).Append('-').Append(rejected.NewestEventTime).Append('\n');
        }

        return text.ToString();
    }
}
