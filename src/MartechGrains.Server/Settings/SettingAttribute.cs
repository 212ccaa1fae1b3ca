namespace MartechGrains.Server.Settings;

/// <summary>What help says of a setting beside its description, for properties that need to say it.</summary>
/// <param name="valueName">What its value is called, such as <c>PORT</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingAttribute(string valueName) : Attribute
{
    /// <summary>What its value is called.</summary>
    public string ValueName => valueName;

    /// <summary>Its name; null for the property's, in small letters with hyphens.</summary>
    public string? Name { get; init; }

    /// <summary>What holds where it is not given; null for the property's default.</summary>
    public string? Default { get; init; }
}

/// <summary>What the names of all settings of a group begin with.</summary>
/// <param name="prefix">Such as <c>journal-</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SettingPrefixAttribute(string prefix) : Attribute
{
    /// <summary>The prefix.</summary>
    public string Prefix => prefix;
}
