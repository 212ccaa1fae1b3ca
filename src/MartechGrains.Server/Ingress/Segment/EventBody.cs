namespace MartechGrains.Server.Ingress.Segment;

/// <summary>What an endpoint takes, for those who describe it.</summary>
/// <param name="IsBatch">Whether that is a batch; else it is one event.</param>
internal sealed record EventBody(bool IsBatch);
