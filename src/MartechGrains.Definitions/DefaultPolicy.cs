using MartechGrains.Core.Identity.Policy;

namespace MartechGrains.Definitions;

/// <summary>The identity policy that is in force where a deployment brings none of its own.</summary>
public static class DefaultPolicy
{
    /// <summary>The name of its file.</summary>
    public const string FileName = "identity.yaml";

    /// <summary>The policy alone.</summary>
    public static IdentityPolicy Load() => LoadDefinition().Policy;

    /// <summary>The policy, with owner and rationale of each rule.</summary>
    /// <exception cref="InvalidOperationException">The assembly was built with a faulty file.</exception>
    public static IdentityPolicyDefinition LoadDefinition()
    {
        var result = IdentityPolicyLoader.Load(ReadYaml(), FileName);
        return result.Definition
            ?? throw new InvalidOperationException(string.Join(Environment.NewLine, result.Errors));
    }

    /// <summary>The file's text.</summary>
    public static string ReadYaml()
    {
        using var stream = typeof(DefaultPolicy).Assembly.GetManifestResourceStream(FileName)
            ?? throw new InvalidOperationException($"{FileName} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
