using System.Globalization;
using Google.Rpc;
using Grpc.Core;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Definitions;
using MartechGrains.Grains.Adoption;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;

namespace MartechGrains.Server.Identity;

/// <summary>Reads policies that callers send; a fault is told with line and remedy.</summary>
internal static class PolicyTexts
{
    /// <summary>Most faults that are told at once.</summary>
    public const int MaxFaults = 100;

    private const string Field = "yaml";

    /// <summary>Reads a policy.</summary>
    /// <exception cref="RpcException">It is none.</exception>
    public static IdentityPolicy Read(string yaml)
    {
        if (yaml.Length is 0 or > PolicyVersion.MaxYamlLength)
            throw Invalid("The text is no identity policy.", [
                $"give the text of an identity policy, 1 to {PolicyVersion.MaxYamlLength} characters"]);
        var loaded = IdentityPolicyLoader.Load(yaml, Field);
        return loaded.Definition is { } definition
            ? definition.Policy
            : throw Invalid("The text is no identity policy.", loaded.Errors.Take(MaxFaults).Select(Text));
    }

    /// <summary>Reads a policy that could follow the one in force.</summary>
    /// <exception cref="RpcException">It is none, or could not.</exception>
    public static IdentityPolicy Candidate(string yaml, IdentityPolicy inForce)
    {
        var candidate = Read(yaml);
        return PolicySuccession.Check(inForce, candidate) is { } fault ? throw Contradiction(fault) : candidate;
    }

    /// <summary>The policy contradicts the one in force.</summary>
    public static RpcException Contradiction(string fault) =>
        Invalid("The policy contradicts the one in force.", [fault]);

    private static RpcException Invalid(string problem, IEnumerable<string> faults)
    {
        var violations = new BadRequest();
        violations.FieldViolations.Add(faults.Select(static fault => new BadRequest.Types.FieldViolation
        {
            Field = Field,
            Description = fault,
        }));
        return Failures.Exception(Failures.Status(
            Code.InvalidArgument, ErrorReason.InvalidPolicy, problem, violations));
    }

    private static string Text(DefinitionError error) => error.Line == 0
        ? $"{error.Message} Remedy: {error.Remedy}"
        : string.Create(CultureInfo.InvariantCulture,
            $"line {error.Line}, column {error.Column}: {error.Message} Remedy: {error.Remedy}");
}
