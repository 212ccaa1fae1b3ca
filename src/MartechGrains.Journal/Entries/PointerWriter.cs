using System.Collections.Immutable;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Journal.Entries;

/// <summary>
/// Writes the stored form of pointers and carriers, byte for byte what their messages would give, without making them:
/// every new identifier writes one.
/// </summary>
internal static class PointerWriter
{
    /// <summary>The state column of a pointer row (<see cref="Format.Pointer"/>).</summary>
    /// <param name="state">The state.</param>
    /// <param name="sealedDecisions">What operators decided, sealed; empty where they did not.</param>
    public static byte[] Pointer(PointerState state, ReadOnlySpan<byte> sealedDecisions)
    {
        var counter = ProtoWriter.Counter;
        Write(ref counter, state, sealedDecisions);
        var bytes = new byte[counter.Length];
        var writer = new ProtoWriter(bytes);
        Write(ref writer, state, sealedDecisions);
        return bytes;
    }

    /// <summary>The state column of a carrier row (<see cref="Format.Carrier"/>).</summary>
    public static byte[] Carrier(Core.Pointers.Carrier carrier)
    {
        var counter = ProtoWriter.Counter;
        Write(ref counter, carrier);
        var bytes = new byte[counter.Length];
        var writer = new ProtoWriter(bytes);
        Write(ref writer, carrier);
        return bytes;
    }

    /// <summary>Neighbours as a repeated field of <see cref="Format.Neighbour"/>.</summary>
    public static void Neighbours(
        ref ProtoWriter writer, int field, ImmutableArray<Core.Pointers.Neighbour> neighbours)
    {
        foreach (var neighbour in neighbours)
        {
            var counter = ProtoWriter.Counter;
            Write(ref counter, neighbour);
            writer.Begin(field, counter.Length);
            Write(ref writer, neighbour);
        }
    }

    private static void Write(ref ProtoWriter writer, PointerState state, ReadOnlySpan<byte> sealedDecisions)
    {
        writer.Number(Format.Pointer.EpochFieldNumber, state.Epoch);
        writer.Flag(Format.Pointer.InertFieldNumber, state.Inert);
        writer.Flag(Format.Pointer.UnitingFieldNumber, state.Uniting);
        writer.Number(Format.Pointer.CarrierEpochFieldNumber, state.CarrierEpoch);
        writer.Flag(Format.Pointer.TellHomeFieldNumber, state.TellHome);
        writer.Number(Format.Pointer.PolicyVersionFieldNumber, state.Rule.PolicyVersion);
        writer.Number(Format.Pointer.GenericAfterFieldNumber, state.Rule.GenericAfter ?? 0);
        writer.Flag(Format.Pointer.BlockedFieldNumber, state.Rule.Blocked);
        writer.Flag(Format.Pointer.OverThresholdFieldNumber, state.OverThreshold);
        writer.Number(Format.Pointer.JudgedVersionFieldNumber, state.JudgedVersion);
        writer.Flag(Format.Pointer.UncountedFieldNumber, state.Uncounted);
        writer.Flag(Format.Pointer.HasSpilledFieldNumber, state.HasSpilled);
        writer.Flag(Format.Pointer.SpilledToDoFieldNumber, state.SpilledToDo);
        writer.Number(Format.Pointer.LiveFieldNumber, state.Live);
        writer.Number(Format.Pointer.BehindFieldNumber, state.Behind);
        foreach (var (home, carrier) in state.Carriers)
        {
            var counter = ProtoWriter.Counter;
            Held(ref counter, home, carrier);
            writer.Begin(Format.Pointer.CarriersFieldNumber, counter.Length);
            Held(ref writer, home, carrier);
        }

        writer.Bytes(Format.Pointer.SealedDecisionsFieldNumber, sealedDecisions);
    }

    private static void Held(ref ProtoWriter writer, HomeId home, Core.Pointers.Carrier carrier)
    {
        writer.Key(Format.Pointer.Types.Held.HomeFieldNumber, home.Founder);
        var counter = ProtoWriter.Counter;
        Write(ref counter, carrier);
        writer.Begin(Format.Pointer.Types.Held.CarrierFieldNumber, counter.Length);
        Write(ref writer, carrier);
    }

    private static void Write(ref ProtoWriter writer, Core.Pointers.Carrier carrier)
    {
        writer.Number(Format.Carrier.PolicyVersionFieldNumber, carrier.PolicyVersion);
        writer.Number(Format.Carrier.ReportVersionFieldNumber, carrier.ReportVersion);
        writer.Number(Format.Carrier.HandledFieldNumber, carrier.Handled);
        Neighbours(ref writer, Format.Carrier.NeighboursFieldNumber, carrier.Neighbours);
    }

    private static void Write(ref ProtoWriter writer, in Core.Pointers.Neighbour neighbour)
    {
        writer.Text(Format.Neighbour.NamespaceFieldNumber, neighbour.Namespace);
        writer.Key(Format.Neighbour.IdentifierFieldNumber, neighbour.Identifier);
    }
}
