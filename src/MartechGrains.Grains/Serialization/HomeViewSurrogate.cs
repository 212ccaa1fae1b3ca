using System.Buffers;
using MartechGrains.Core.Homes.Stored;
using MartechGrains.Core.Homes.Views;

namespace MartechGrains.Grains.Serialization;

/// <summary>A view travels in its own binary form: the explanation comes along, and nothing is computed anew.</summary>
[GenerateSerializer]
[Alias("martechgrains.wire.homeView")]
internal readonly record struct HomeViewSurrogate([property: Id(0)] byte[] Bytes);

[RegisterConverter]
internal sealed class HomeViewConverter : IConverter<HomeView, HomeViewSurrogate>
{
    public HomeView ConvertFromSurrogate(in HomeViewSurrogate surrogate) => HomeViewFormat.Read(surrogate.Bytes);

    public HomeViewSurrogate ConvertToSurrogate(in HomeView value)
    {
        var bytes = new ArrayBufferWriter<byte>();
        HomeViewFormat.Write(value, bytes);
        return new HomeViewSurrogate { Bytes = bytes.WrittenSpan.ToArray() };
    }
}
