using MartechGrains.Journal.Writing;
using MartechGrains.Server.Access;
using MartechGrains.Server.Identity;
using MartechGrains.Server.Ingress;
using MartechGrains.Server.Settings;

namespace MartechGrains.Server.Hosting;

/// <summary>What a server is told at its start. Validated before anything runs; never changed afterwards.</summary>
internal sealed record ServerOptions
{
    /// <summary>All settings there are.</summary>
    public static SettingCatalogue Catalogue { get; } = new(new ServerOptions());

    /// <summary>How the process starts.</summary>
    public StartOptions Start { get; init; } = new();

    /// <summary>Where everything is kept.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>Where it listens.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>Who may send events.</summary>
    public AccessOptions Access { get; init; } = new();

    /// <summary>By which names, from which pages and through which proxies it is called.</summary>
    public CallerOptions Callers { get; init; } = new();

    /// <summary>How events are read.</summary>
    public IngressOptions Ingress { get; init; } = new();

    /// <summary>By which rules identifiers become profiles.</summary>
    public PolicyOptions Policy { get; init; } = new();

    /// <summary>Limits of the journal's writer.</summary>
    [SettingPrefix("journal-")]
    public JournalWriterOptions Journal { get; init; } = new();

    /// <summary>The same for a demonstration: on a folder of its own, with the demo key.</summary>
    public ServerOptions ForDemo(string folder) => this with
    {
        Store = Store with { Data = folder },
        Access = Access with { WriteKeys = [$"{AccessOptions.DemoWriteKey}={AccessOptions.DemoWriteKey}"] },
    };

    /// <summary>
    /// The settings as they are in force, one per line, with secrets masked; limits of the journal only where they
    /// differ from their defaults.
    /// </summary>
    public IEnumerable<string> Describe()
    {
        foreach (var setting in Catalogue.All)
        {
            if (setting.Group == nameof(Start) || (setting.Group == nameof(Journal) && setting.IsDefault(this)))
                continue;
            yield return setting.Member == nameof(AccessOptions.WriteKeys)
                ? $"{setting.Name} = {Access.Shown}"
                : $"{setting.Name} = {setting.Shown(this)}";
        }
    }
}
