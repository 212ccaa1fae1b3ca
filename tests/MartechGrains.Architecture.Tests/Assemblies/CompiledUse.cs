using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace MartechGrains.Architecture.Tests.Assemblies;

/// <summary>
/// What a compiled assembly uses of others, from its metadata tables: the compiler lists there every assembly, type and
/// member that the code names, however it was written.
/// </summary>
internal sealed record CompiledUse(
    IReadOnlySet<string> Assemblies, IReadOnlySet<string> Types, IReadOnlySet<string> Members)
{
    /// <summary>
    /// Reads an assembly. Members are written <c>Namespace.Type.Member</c>; accessors keep their <c>get_</c>.
    /// </summary>
    public static CompiledUse Of(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        var metadata = file.GetMetadataReader();
        var assemblies = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name));
        var types = metadata.TypeReferences.Select(handle => TypeName(metadata, handle));
        var members = metadata.MemberReferences.Select(handle => metadata.GetMemberReference(handle))
            .Select(member => (Owner: OwnerOf(metadata, member.Parent), Name: metadata.GetString(member.Name)))
            .Where(static member => member.Owner is not null)
            .Select(static member => $"{member.Owner}.{member.Name}");
        return new CompiledUse(Ordinal(assemblies), Ordinal(types), Ordinal(members));
    }

    private static string? OwnerOf(MetadataReader metadata, EntityHandle parent) => parent.Kind switch
    {
        HandleKind.TypeReference => TypeName(metadata, (TypeReferenceHandle)parent),
        HandleKind.TypeSpecification => GenericOwner(metadata, (TypeSpecificationHandle)parent),
        _ => null,
    };

    /// <summary>
    /// The open type of a constructed one: after GENERICINST and CLASS or VALUETYPE stands its handle.
    /// </summary>
    private static string? GenericOwner(MetadataReader metadata, TypeSpecificationHandle handle)
    {
        var signature = metadata.GetBlobReader(metadata.GetTypeSpecification(handle).Signature);
        if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance) return null;
        _ = signature.ReadCompressedInteger();
        var type = signature.ReadTypeHandle();
        return type.Kind == HandleKind.TypeReference ? TypeName(metadata, (TypeReferenceHandle)type) : null;
    }

    private static string TypeName(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        var name = metadata.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
            return $"{TypeName(metadata, (TypeReferenceHandle)type.ResolutionScope)}.{name}";
        return type.Namespace.IsNil ? name : $"{metadata.GetString(type.Namespace)}.{name}";
    }

    private static HashSet<string> Ordinal(IEnumerable<string> names) => names.ToHashSet(StringComparer.Ordinal);
}
