using MartechGrains.Core.Identity;

namespace MartechGrains.Core.Events.Cleaning;

/// <summary>
/// Brings an identifier as a source gave it into the one spelling of its namespace. A pure function of its arguments
/// and of the identity policy in force. Decoding depends on this shape only.
/// </summary>
/// <param name="namespaceName">The namespace, such as <c>email</c>.</param>
/// <param name="value">The value as given: not empty, not only white space.</param>
public delegate IdentifierVerdict NormaliseIdentifier(string namespaceName, string value);

/// <summary>What normalisation made of a value.</summary>
/// <param name="Identifier">The normalised identifier; meaningless where <paramref name="Fault"/> is set.</param>
/// <param name="IsBlocked">Whether it names nobody: it stays evidence, but an event with only such ones is
/// refused.</param>
/// <param name="Fault">Set where the value does not fit: code, value kind and remedy. Its field is filled in by the
/// caller.</param>
/// <param name="Also">Another identifier that the value is too, such as the address of a user id that is one.</param>
public readonly record struct IdentifierVerdict(
    Identifier Identifier, bool IsBlocked = false, EventFault? Fault = null, Identifier? Also = null)
{
    /// <summary>A value that cannot be an identifier of its namespace.</summary>
    /// <param name="code">Stable code, such as <see cref="QuarantineCodes.InvalidIdentifier"/>.</param>
    /// <param name="kind">What was found.</param>
    /// <param name="remedy">What to send instead; without the value.</param>
    public static IdentifierVerdict Invalid(string code, string kind, string remedy) =>
        new(default, false, new EventFault(code, "", kind, remedy));
}
