using MartechGrains.Core.Identity;

namespace MartechGrains.Journal.Contracts;

/// <summary>One row of a home's journal. <c>(Home, Seq)</c> is unique for ever: rows are never deleted.</summary>
/// <param name="Home">The home.</param>
/// <param name="Seq">1 for the first row of a home, without gaps.</param>
/// <param name="Kind">The entry's kind, for filters that need not decode it.</param>
/// <param name="Entry">The encoded entry; personal data inside is sealed.</param>
/// <param name="Hash">SHA-256 over the previous row's hash and <paramref name="Entry"/>, 32 bytes.</param>
/// <param name="WrappedKey">The fact group's data key, wrapped; only on the group's first row, else empty.</param>
public readonly record struct JournalRow(
    HomeId Home,
    int Seq,
    byte Kind,
    ReadOnlyMemory<byte> Entry,
    ReadOnlyMemory<byte> Hash,
    ReadOnlyMemory<byte> WrappedKey);
