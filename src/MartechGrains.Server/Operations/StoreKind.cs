namespace MartechGrains.Server.Operations;

/// <summary>Which store the server stands on.</summary>
/// <param name="Name">As operators are told; without secrets.</param>
internal sealed record StoreKind(string Name);
