namespace MartechGrains.Core.Machines;

/// <summary>Why a machine does not answer a message.</summary>
public enum Refusal : byte
{
    /// <summary>It answers.</summary>
    None,

    /// <summary>
    /// Its silo holds no lease: another silo may have taken its grains over, and what it knows may be old (rule H11).
    /// </summary>
    NoLease,
}
