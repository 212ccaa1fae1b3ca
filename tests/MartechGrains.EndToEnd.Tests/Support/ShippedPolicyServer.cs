using MartechGrains.Definitions;
using Xunit;

namespace MartechGrains.EndToEnd.Tests.Support;

/// <summary>A server with the policy as shipped, which the tests of several classes share.</summary>
public sealed class ShippedPolicyServer() : SharedServer(
    keySeed: 1, DefaultPolicy.ReadYaml(), new Dictionary<string, string> { [Source] = Key })
{
    public const string Source = "shop";
    public const string Key = "demo";
}

/// <summary>The tests that share it.</summary>
[CollectionDefinition(Name)]
public sealed class ShippedPolicy : ICollectionFixture<ShippedPolicyServer>
{
    public const string Name = "the policy as shipped";
}
