using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Emit;

namespace MartechGrains.Architecture.Tests.Assemblies;

/// <summary>
/// What the code of one type uses, from its instructions and fields, those of its closures and async methods included:
/// types that it makes, tests for, keeps, or uses a member of. What it only hands on from one call to the next is not
/// among them.
/// </summary>
internal sealed class TypeUse
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
        | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly FrozenDictionary<short, OpCode> OpCodesByValue = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(static field => (OpCode)field.GetValue(null)!)
        .ToFrozenDictionary(static code => code.Value);

    private readonly HashSet<Type> _types = [];
    private readonly HashSet<Type> _owners = [];
    private readonly List<Type> _tests = [];

    private TypeUse()
    {
    }

    /// <summary>The types used, generic ones as definitions beside their arguments.</summary>
    public IReadOnlySet<Type> Types => _types;

    /// <summary>Those of which a member is used.</summary>
    public IReadOnlySet<Type> Owners => _owners;

    /// <summary>What is tested for, once for each time: a case of a switch over types is one test.</summary>
    public IReadOnlyList<Type> Tests => _tests;

    public static TypeUse Of(Type type)
    {
        var use = new TypeUse();
        use.Read(type);
        return use;
    }

    private void Read(Type type)
    {
        foreach (var field in type.GetFields(All)) Note(field.FieldType);
        foreach (var method in type.GetMembers(All).OfType<MethodBase>())
            if (method.GetMethodBody() is { } body) Read(method, body.GetILAsByteArray()!);
        foreach (var nested in type.GetNestedTypes(All)) Read(nested);
    }

    private void Read(MethodBase method, byte[] instructions)
    {
        for (var at = 0; at < instructions.Length;)
        {
            short value = instructions[at++];
            if (value == OpCodes.Prefix1.Value) value = (short)((value << 8) | instructions[at++]);
            var code = OpCodesByValue[value];
            if (code.OperandType is OperandType.InlineType or OperandType.InlineMethod or OperandType.InlineField
                or OperandType.InlineTok)
                Note(code, MemberOf(method, BitConverter.ToInt32(instructions, at)));
            at += SizeOf(code, instructions, at);
        }
    }

    private void Note(OpCode code, MemberInfo member)
    {
        if (member is Type type)
        {
            Note(type);
            if (code == OpCodes.Isinst) _tests.Add(type);
            return;
        }

        if (member.DeclaringType is { } owner)
        {
            Note(owner);
            _owners.Add(owner);
        }

        if (member is MethodInfo { IsGenericMethod: true } generic)
            foreach (var argument in generic.GetGenericArguments()) Note(argument);
    }

    private void Note(Type type)
    {
        if (type.IsGenericParameter) return;
        if (type.GetElementType() is { } element)
        {
            Note(element);
            return;
        }

        foreach (var argument in type.GenericTypeArguments) Note(argument);
        _types.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
    }

    private static MemberInfo MemberOf(MethodBase method, int token) => method.Module.ResolveMember(
        token, method.DeclaringType!.GetGenericArguments(),
        method.IsGenericMethod ? method.GetGenericArguments() : null)!;

    private static int SizeOf(OpCode code, byte[] instructions, int at) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(instructions, at)),
        _ => 4,
    };
}
