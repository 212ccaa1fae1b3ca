using System.Globalization;
using System.Reflection;
using MartechGrains.Journal.Contracts;

namespace MartechGrains.Journal.Stores;

/// <summary>The numbered SQL scripts of one store, which lead from each schema version to the next.</summary>
internal static class EmbeddedSchema
{
    /// <summary>The scripts in order; the first leads to version 1.</summary>
    public static IReadOnlyList<string> Load(string store)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var scripts = new List<string>();
        while (true)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{store}.{scripts.Count + 1:0000}.sql");
            using var stream = assembly.GetManifestResourceStream(name);
            if (stream is null)
                return scripts;
            using var reader = new StreamReader(stream);
            scripts.Add(reader.ReadToEnd());
        }
    }

    /// <summary>Refuses a schema newer than the program.</summary>
    /// <exception cref="StoreSetupException">It is.</exception>
    public static void RefuseNewer(int found, int known)
    {
        if (found > known)
        {
            throw new StoreSetupException(
                $"The journal's schema has version {found}, and this program knows versions up to {known}. "
                + "Start a program at least as new as the one that last used this store.");
        }
    }
}
