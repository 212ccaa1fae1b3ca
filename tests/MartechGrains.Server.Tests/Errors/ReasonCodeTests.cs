using System.Reflection;
using MartechGrains.Core.Events;
using MartechGrains.Core.Identity.Policy;
using MartechGrains.Definitions;
using MartechGrains.Grains.Ingest;
using MartechGrains.Grains.Registry;
using MartechGrains.Protocol.Types.V1;
using MartechGrains.Server.Errors;
using Xunit;

namespace MartechGrains.Server.Tests.Errors;

public class ReasonCodeTests
{
    private const int FirstOfQuarantine = 32;
    private const int LastOfQuarantine = 63;

    [Fact]
    public void Core_and_the_protos_have_the_same_reasons_for_quarantine()
    {
        var core = typeof(QuarantineCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(static field => (string)field.GetRawConstantValue()!);
        var wire = Enum.GetValues<ErrorReason>()
            .Where(static reason => (int)reason is >= FirstOfQuarantine and <= LastOfQuarantine
                || reason == ErrorReason.UnknownNamespace)
            .Select(Failures.Name);
        Assert.Equal(wire.Order(StringComparer.Ordinal), core.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_unknown_namespace_is_told_from_a_value_that_does_not_fit()
    {
        var normalise = IdentifierReading.Under(new PolicyCache(new IdentityPolicies(DefaultPolicy.Load())));
        Assert.Equal("UNKNOWN_NAMESPACE", normalise("no_such", "x").Fault?.Code);
        Assert.Equal("INVALID_IDENTIFIER", normalise("email", "x").Fault?.Code);
        Assert.Null(normalise("email", "ada@example.com").Fault);
    }
}
