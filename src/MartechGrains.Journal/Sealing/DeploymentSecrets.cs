namespace MartechGrains.Journal.Sealing;

/// <summary>The secrets of one deployment.</summary>
/// <param name="IdentifierSecret">For <c>IdentifierKeyDerivation</c>, 32 bytes.</param>
/// <param name="WrappingKey">Wraps the data keys of fact groups.</param>
public sealed record DeploymentSecrets(ReadOnlyMemory<byte> IdentifierSecret, DeploymentKey WrappingKey);
