using MartechGrains.Protocol.Operations.V1;
using Found = MartechGrains.Grains.Verification;

namespace MartechGrains.Server.Operations;

/// <summary>What a verification finds, as the protos give it.</summary>
internal static class VerificationMessages
{
    public static VerifyJournalsResponse Of(IReadOnlyList<Found.Finding> found, Found.VerificationProgress progress)
    {
        var response = new VerifyJournalsResponse
        {
            Progress = new VerificationProgress
            {
                Homes = progress.Homes,
                Rows = progress.Rows,
                Pointers = progress.Pointers,
                Commits = progress.Batches,
                Decisions = progress.Decisions,
                Findings = progress.Findings,
            },
        };
        response.Findings.Add(found.Select(static one => new Finding
        {
            Kind = (Finding.Types.Kind)(int)one.Kind,
            Home = one.Home?.ToString() ?? "",
            Row = one.Row,
            IdentifierKey = one.Identifier?.ToString() ?? "",
            DecisionId = one.Decision?.ToString() ?? "",
        }));
        return response;
    }
}
