using System.Collections.Immutable;
using MartechGrains.Core.Homes.Messages;
using MartechGrains.Core.Homes.Views;
using MartechGrains.Core.Identity;
using MartechGrains.Core.Pointers;

namespace MartechGrains.Grains.Serialization;

[GenerateSerializer]
[Alias("martechgrains.wire.gate")]
internal readonly record struct GateSurrogate([property: Id(0)] HomeStatus Status, [property: Id(1)] HomeId Target);

[RegisterConverter]
internal sealed class GateConverter : IConverter<Gate, GateSurrogate>
{
    public Gate ConvertFromSurrogate(in GateSurrogate surrogate) =>
        new(surrogate.Status, surrogate.Target);

    public GateSurrogate ConvertToSurrogate(in Gate value) => new(value.Status, value.Target);
}

[GenerateSerializer]
[Alias("martechgrains.wire.applyReply")]
internal readonly record struct ApplyReplySurrogate(
    [property: Id(0)] Gate Gate,
    [property: Id(1)] ImmutableArray<ApplyStatus> Statuses,
    [property: Id(2)] ImmutableArray<OpenJoin> Open);

[RegisterConverter]
internal sealed class ApplyReplyConverter : IConverter<ApplyReply, ApplyReplySurrogate>
{
    public ApplyReply ConvertFromSurrogate(in ApplyReplySurrogate surrogate) =>
        new(surrogate.Gate, surrogate.Statuses, surrogate.Open);

    public ApplyReplySurrogate ConvertToSurrogate(in ApplyReply value) => new(value.Gate, value.Statuses, value.Open);
}

[GenerateSerializer]
[Alias("martechgrains.wire.decideReply")]
internal readonly record struct DecideReplySurrogate(
    [property: Id(0)] Gate Gate,
    [property: Id(1)] int News,
    [property: Id(2)] ImmutableArray<OpenJoin> Open);

[RegisterConverter]
internal sealed class DecideReplyConverter : IConverter<DecideReply, DecideReplySurrogate>
{
    public DecideReply ConvertFromSurrogate(in DecideReplySurrogate surrogate) =>
        new(surrogate.Gate, surrogate.News, surrogate.Open);

    public DecideReplySurrogate ConvertToSurrogate(in DecideReply value) => new(value.Gate, value.News, value.Open);
}

[GenerateSerializer]
[Alias("martechgrains.wire.confirmReply")]
internal readonly record struct ConfirmReplySurrogate(
    [property: Id(0)] Gate Gate,
    [property: Id(1)] ImmutableArray<OpenJoin> Open);

[RegisterConverter]
internal sealed class ConfirmReplyConverter : IConverter<ConfirmReply, ConfirmReplySurrogate>
{
    public ConfirmReply ConvertFromSurrogate(in ConfirmReplySurrogate surrogate) =>
        new(surrogate.Gate, surrogate.Open);

    public ConfirmReplySurrogate ConvertToSurrogate(in ConfirmReply value) => new(value.Gate, value.Open);
}

[GenerateSerializer]
[Alias("martechgrains.wire.absorbReply")]
internal readonly record struct AbsorbReplySurrogate(
    [property: Id(0)] AbsorbedAnswer Answer,
    [property: Id(1)] HomeId Target);

[RegisterConverter]
internal sealed class AbsorbReplyConverter : IConverter<AbsorbReply, AbsorbReplySurrogate>
{
    public AbsorbReply ConvertFromSurrogate(in AbsorbReplySurrogate surrogate) =>
        new(surrogate.Answer, surrogate.Target);

    public AbsorbReplySurrogate ConvertToSurrogate(in AbsorbReply value) => new(value.Answer, value.Target);
}

[GenerateSerializer]
[Alias("martechgrains.homeReading")]
internal readonly record struct HomeReadingSurrogate(
    [property: Id(0)] HomeView? View,
    [property: Id(1)] HomeId? MovedTo,
    [property: Id(2)] ImmutableArray<OpenJoin> Unfinished);

[RegisterConverter]
internal sealed class HomeReadingConverter : IConverter<HomeReading, HomeReadingSurrogate>
{
    public HomeReading ConvertFromSurrogate(in HomeReadingSurrogate surrogate) =>
        new(surrogate.View, surrogate.MovedTo, surrogate.Unfinished);

    public HomeReadingSurrogate ConvertToSurrogate(in HomeReading value) =>
        new(value.View, value.MovedTo, value.Unfinished);
}
