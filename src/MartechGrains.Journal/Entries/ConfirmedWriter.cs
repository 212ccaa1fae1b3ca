using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.State;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Journal.Entries;

/// <summary>
/// Writes the stored form of confirmed joins (<see cref="Format.Confirmed"/>), byte for byte what its messages would
/// give, without making them: every new identifier brings one.
/// </summary>
internal static class ConfirmedWriter
{
    /// <summary>The entry.</summary>
    public static byte[] Entry(JoinsConfirmed entry)
    {
        var counter = ProtoWriter.Counter;
        Write(ref counter, entry.Confirmations);
        var whole = ProtoWriter.Counter;
        Frame(ref whole, entry, counter.Length);
        var bytes = new byte[whole.Length];
        var writer = new ProtoWriter(bytes);
        Frame(ref writer, entry, counter.Length);
        return bytes;
    }

    private static void Frame(ref ProtoWriter writer, JoinsConfirmed entry, int length)
    {
        writer.Begin(Format.Entry.ConfirmedFieldNumber, length);
        Write(ref writer, entry.Confirmations);
        if (!entry.InheritsTime) writer.PresentZigZag(Format.Entry.AtFieldNumber, entry.At.Milliseconds);
    }

    private static void Write(ref ProtoWriter writer, ImmutableArray<JoinConfirmation> confirmations)
    {
        foreach (var confirmation in confirmations)
        {
            var counter = ProtoWriter.Counter;
            Write(ref counter, confirmation);
            writer.Begin(Format.Confirmed.ConfirmationsFieldNumber, counter.Length);
            Write(ref writer, confirmation);
        }
    }

    private static void Write(ref ProtoWriter writer, in JoinConfirmation confirmation)
    {
        writer.Key(Format.Confirmation.IdentifierFieldNumber, confirmation.Identifier);
        writer.Flag(Format.Confirmation.MemberFieldNumber, confirmation.Member);
        writer.Flag(Format.Confirmation.CarrierFieldNumber, confirmation.Carrier);
        writer.Number(Format.Confirmation.EpochFieldNumber, confirmation.Epoch);
        writer.Flag(Format.Confirmation.InertFieldNumber, confirmation.Inert);
        if (confirmation.Report is not { } report) return;
        var counter = ProtoWriter.Counter;
        Write(ref counter, report);
        writer.Begin(Format.Confirmation.ReportFieldNumber, counter.Length);
        Write(ref writer, report);
    }

    private static void Write(ref ProtoWriter writer, NeighbourReport report)
    {
        writer.Key(Format.Report.HomeFieldNumber, report.Home.Founder);
        writer.Number(Format.Report.VersionFieldNumber, report.Version);
        PointerWriter.Neighbours(ref writer, Format.Report.NeighboursFieldNumber, report.Neighbours);
        Span<IdentifierKey> superseded = report.Superseded.Length <= NeighbourReport.MaxSuperseded
            ? stackalloc IdentifierKey[NeighbourReport.MaxSuperseded]
            : new IdentifierKey[report.Superseded.Length];
        for (var i = 0; i < report.Superseded.Length; i++) superseded[i] = report.Superseded[i].Founder;
        writer.Keys(Format.Report.SupersededFieldNumber, superseded[..report.Superseded.Length]);
    }
}
