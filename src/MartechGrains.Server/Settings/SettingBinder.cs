using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace MartechGrains.Server.Settings;

/// <summary>Makes options of what is given, and finds all that is wrong with it at once.</summary>
internal static class SettingBinder
{
    /// <summary>Binds and validates.</summary>
    /// <param name="catalogue">The settings of the options.</param>
    /// <param name="given">What is given, by the setting's name.</param>
    /// <param name="faults">Takes what is wrong; then the options must not be used.</param>
    public static T Bind<T>(
        SettingCatalogue catalogue, IReadOnlyDictionary<string, GivenSetting> given, ICollection<SettingFault> faults)
        where T : new()
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var (name, (place, texts)) in given)
        {
            var setting = catalogue.Find(name)!;
            if (setting.IsList)
            {
                for (var i = 0; i < texts.Count; i++) values[$"{setting.Path}:{i}"] = texts[i];
            }
            else if (TypeDescriptor.GetConverter(setting.Type).IsValid(texts[^1]))
            {
                values[setting.Path] = texts[^1];
            }
            else
            {
                faults.Add(Invalid(setting, setting.Refusal(), given));
            }
        }
        var options = new ConfigurationBuilder().AddInMemoryCollection(values).Build().Get<T>() ?? new T();
        Validate(options, catalogue, given, faults);
        return options;
    }

    private static void Validate(
        object options, SettingCatalogue catalogue, IReadOnlyDictionary<string, GivenSetting> given,
        ICollection<SettingFault> faults)
    {
        foreach (var members in catalogue.All.GroupBy(static setting => setting.Group, StringComparer.Ordinal))
        {
            var record = options.GetType().GetProperty(members.Key)!.GetValue(options)!;
            foreach (var setting in members)
            {
                var context = new ValidationContext(record) { MemberName = setting.Member, DisplayName = setting.Name };
                var results = new List<ValidationResult>();
                Validator.TryValidateProperty(setting.Read(options), context, results);
                foreach (var result in results) faults.Add(Invalid(setting, result.ErrorMessage!, given));
            }
            if (record is not IValidatableObject whole) continue;
            foreach (var result in whole.Validate(new ValidationContext(record)))
            {
                var member = result.MemberNames.Single();
                faults.Add(Invalid(
                    members.Single(setting => setting.Member == member), result.ErrorMessage!, given));
            }
        }
    }

    private static SettingFault Invalid(
        Setting setting, string message, IReadOnlyDictionary<string, GivenSetting> given)
    {
        var (value, place) = given.TryGetValue(setting.Name, out var found)
            ? (found.Values[^1], found.Place)
            : (setting.Default, "default");
        var shown = setting.IsSecret ? "" : $", not '{SettingFault.Shown(value)}'";
        return new SettingFault(SettingFaultKind.Invalid, setting.Name, $"{message}{shown} ({place}).");
    }
}
