using System.Reflection;
using System.Text;
using MartechGrains.Core.Time;
using MartechGrains.Grains.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using Orleans.Serialization.Configuration;
using Orleans.Serialization.TypeSystem;
using Xunit;

namespace MartechGrains.Cluster.Tests.Serialization;

/// <summary>What is written between silos changes only where somebody means it to.</summary>
public sealed class WireContractTests : IDisposable
{
    private const string ListName = "wire-contract.txt";
    private readonly ServiceProvider _services =
        new ServiceCollection().AddSerializer().AddMartechGrainsWireForms().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void No_call_or_answer_names_a_type_of_the_core_as_it_is_called_in_code()
    {
        var names = _services.GetRequiredService<TypeConverter>();
        var exchanged = typeof(WireForms).Assembly.GetTypes()
            .Where(static type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))
            .SelectMany(static type => type.GetMethods())
            .SelectMany(static method =>
                method.GetParameters().Select(static one => one.ParameterType).Append(method.ReturnType))
            .SelectMany(Parts)
            .Where(static type =>
                !type.IsEnum && type.FullName!.StartsWith(nameof(MartechGrains), StringComparison.Ordinal))
            .Distinct()
            .ToArray();
        Assert.NotEmpty(exchanged);
        Assert.All(exchanged, type => Assert.DoesNotContain(nameof(MartechGrains), names.Format(type)));
    }

    [Fact]
    public void Every_call_of_a_grain_takes_a_token_of_its_caller()
    {
        var calls = typeof(WireForms).Assembly.GetTypes()
            .Where(static type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))
            .SelectMany(static type => type.GetMethods())
            .ToArray();
        Assert.NotEmpty(calls);
        Assert.All(
            calls, static call => Assert.Equal(typeof(CancellationToken), call.GetParameters()[^1].ParameterType));
    }

    [Fact]
    public void Fields_on_the_wire_keep_their_numbers_and_types()
    {
        var written = Path.Combine(AppContext.BaseDirectory, "wire-contract.now.txt");
        var now = Contract();
        File.WriteAllText(written, now);
        var listed = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Serialization", ListName));
        Assert.True(
            now == listed,
            $"What grains exchange is no longer what {ListName} lists. Numbers and aliases must never be used again, "
            + $"types never change; if nodes of both versions understand each other, replace the list by {written}.");
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts) : [type];

    private string Contract()
    {
        var aliases = _services.GetRequiredService<IOptions<TypeManifestOptions>>().Value.WellKnownTypeAliases
            .ToDictionary(static one => one.Value, static one => one.Key);
        var text = new StringBuilder();
        foreach (var (alias, type) in typeof(WireForms).Assembly.GetTypes()
            .Where(static type => type.IsDefined(typeof(GenerateSerializerAttribute)))
            .Select(static type => (type.GetCustomAttribute<AliasAttribute>()!.Alias, type))
            .OrderBy(static one => one.Alias, StringComparer.Ordinal))
        {
            text.Append(alias).Append('\n');
            foreach (var (id, name, field) in FieldsOf(type).OrderBy(static one => one.Id))
                text.Append($"  {id} {name}: {NameOf(field, aliases)}\n");
        }
        return text.ToString();
    }

    private static IEnumerable<(uint Id, string Name, Type Type)> FieldsOf(Type type)
    {
        const BindingFlags Own =
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (var field in type.GetFields(Own))
        {
            if (field.GetCustomAttribute<IdAttribute>() is { } id) yield return (id.Id, field.Name, field.FieldType);
        }
        foreach (var property in type.GetProperties(Own))
        {
            if (property.GetCustomAttribute<IdAttribute>() is { } id)
                yield return (id.Id, property.Name, property.PropertyType);
        }
    }

    private static string NameOf(Type type, Dictionary<Type, string> aliases)
    {
        // Written as the numbers that they are, as WireFormTests hold.
        if (type == typeof(EventTime) || type == typeof(IngestTime)) return nameof(Int64);
        if (aliases.TryGetValue(type, out var alias)) return alias;
        if (type.IsEnum)
        {
            var values = Enum.GetValuesAsUnderlyingType(type).Cast<object>();
            return $"{Enum.GetUnderlyingType(type).Name}({string.Join(' ', values)})";
        }
        if (!type.IsGenericType) return type.Name;
        var arguments = type.GenericTypeArguments.Select(one => NameOf(one, aliases));
        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", arguments)}>";
    }
}
