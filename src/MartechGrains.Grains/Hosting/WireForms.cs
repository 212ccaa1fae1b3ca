using System.Reflection;
using MartechGrains.Core.Time;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;

namespace MartechGrains.Grains.Hosting;

/// <summary>What silos and clients need to understand each other, beside the generated serializers.</summary>
public static class WireForms
{
    /// <summary>
    /// Lets failures of this program keep their type on their way between silos, by which callers tell whether to try
    /// again; and names the core's types by the aliases of their surrogates.
    /// </summary>
    public static IServiceCollection AddMartechGrainsWireForms(this IServiceCollection services) =>
        services
            .Configure<ExceptionSerializationOptions>(static options =>
                options.SupportedNamespacePrefixes.Add(nameof(MartechGrains)))
            .PostConfigure<TypeManifestOptions>(NameTypesOfTheCore);

    /// <summary>
    /// A surrogate's alias is written nowhere, since Orleans names the type that a surrogate stands for: with its
    /// namespace and assembly, in every reply. It is given to that type here, so that types may move and be renamed.
    /// </summary>
    private static void NameTypesOfTheCore(TypeManifestOptions manifest)
    {
        foreach (var converter in manifest.Converters)
        {
            if (converter.Assembly != typeof(WireForms).Assembly) continue;
            var types = converter.GetInterfaces().Single(static one =>
                one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IConverter<,>)).GenericTypeArguments;
            if (types[1].GetCustomAttribute<AliasAttribute>() is { } named)
                manifest.WellKnownTypeAliases[named.Alias] = types[0];
        }
        // These have no surrogate, as they are written as the numbers that they are.
        manifest.WellKnownTypeAliases["martechgrains.eventTime"] = typeof(EventTime);
        manifest.WellKnownTypeAliases["martechgrains.ingestTime"] = typeof(IngestTime);
    }
}
