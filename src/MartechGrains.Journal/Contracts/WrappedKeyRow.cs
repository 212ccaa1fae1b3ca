namespace MartechGrains.Journal.Contracts;

/// <summary>A fact group's wrapped data key, as it stands on the group's first journal row.</summary>
/// <param name="Seq">That row.</param>
/// <param name="WrappedKey">See <c>DeploymentKey.Unwrap</c>.</param>
public readonly record struct WrappedKeyRow(int Seq, ReadOnlyMemory<byte> WrappedKey);
