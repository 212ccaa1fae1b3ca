using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Sealing;

/// <summary>
/// Seals what is no home's under a key of its own, which stands before it, wrapped. It is bound to the id of its row.
/// </summary>
internal sealed class SealedText(DeploymentKey wrapping, RandomFill random)
{
    /// <summary>Seals bytes for the row of an id.</summary>
    public byte[] Seal(UInt128 id, byte[] text)
    {
        var (place, dataKey) = (Place(id), DeploymentKey.NewDataKey(random));
        using var seal = new PayloadSeal(dataKey);
        return [.. wrapping.Wrap(place, dataKey, random), .. seal.Seal(place, 0, text, random)];
    }

    /// <summary>The bytes that were sealed for the row of an id.</summary>
    /// <exception cref="SealBrokenException">They are damaged, of another row, or sealed by another key.</exception>
    public byte[] Open(UInt128 id, ReadOnlySpan<byte> text)
    {
        if (text.Length < DeploymentKey.WrappedSize) throw new SealBrokenException("A sealed text is too short.");
        var place = Place(id);
        using var seal = new PayloadSeal(wrapping.Unwrap(place, text[..DeploymentKey.WrappedSize]));
        return seal.Open(place, 0, text[DeploymentKey.WrappedSize..]);
    }

    private static HomeId Place(UInt128 id) => new(new IdentifierKey(id));
}
