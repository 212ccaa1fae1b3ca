using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;

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
            else if (IsValue(setting.Type, texts[^1]))
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
                Setting[] wrong = [.. result.MemberNames.Select(name => members.Single(s => s.Member == name))];
                faults.Add(wrong.Length == 1
                    ? Invalid(wrong[0], result.ErrorMessage!, given)
                    : Contradiction(wrong, result.ErrorMessage!, given));
            }
        }
    }

    /// <summary>The converters would also read hexadecimal numbers, such as 0x50.</summary>
    private static bool IsValue(Type type, string text) => TypeDescriptor.GetConverter(type).IsValid(text)
        && ((type != typeof(int) && type != typeof(long))
            || long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _));

    /// <summary>Settings that cannot hold together: each stands in the message, with its value and place.</summary>
    private static SettingFault Contradiction(
        Setting[] settings, string message, IReadOnlyDictionary<string, GivenSetting> given)
    {
        var shown = settings.Select(setting =>
        {
            var (value, place) = Found(setting, given);
            return $"{setting.Name} '{SettingFault.Shown(value)}' ({place})";
        });
        return new SettingFault(
            SettingFaultKind.Conflict, settings[0].Name,
            $"{string.Format(CultureInfo.InvariantCulture, message, [.. shown])}.");
    }

    private static SettingFault Invalid(
        Setting setting, string message, IReadOnlyDictionary<string, GivenSetting> given)
    {
        var (value, place) = Found(setting, given);
        // Of a list, each message says which item it is about.
        var shown = setting.IsSecret || setting.IsList ? "" : $", not '{SettingFault.Shown(value)}'";
        return new SettingFault(SettingFaultKind.Invalid, setting.Name, $"{message}{shown} ({place}).");
    }

    private static (string Value, string Place) Found(
        Setting setting, IReadOnlyDictionary<string, GivenSetting> given) =>
        given.TryGetValue(setting.Name, out var found) ? (found.Values[^1], found.Place) : (setting.Default, "default");
}
