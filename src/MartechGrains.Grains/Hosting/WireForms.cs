using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace MartechGrains.Grains.Hosting;

/// <summary>What silos and clients need to understand each other, beside the generated serializers.</summary>
public static class WireForms
{
    /// <summary>
    /// Lets failures of this program keep their type on their way between silos: by it callers tell whether to try
    /// again.
    /// </summary>
    public static IServiceCollection AddMartechGrainsWireForms(this IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(static options =>
            options.SupportedNamespacePrefixes.Add(nameof(MartechGrains)));
}
