using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace MartechGrains.Definitions;

/// <summary>Parses a definition file into nodes that know their lines, within bounds.</summary>
internal static class YamlText
{
    private const int MaxLength = 256 * 1024;
    private const int MaxDepth = 16;

    /// <summary>The only document of the text, a mapping; null, with an error added, where it is none.</summary>
    public static YamlSection? Parse(string yaml, string file, List<DefinitionError> errors)
    {
        if (yaml.Length > MaxLength)
        {
            errors.Add(new DefinitionError(file, 0, 0, "The file is too long.",
                $"Keep a definition file below {MaxLength} characters."));
            return null;
        }

        var reached = new Mark(0, 1, 1);
        try
        {
            if (IsTooDeep(yaml, ref reached))
            {
                errors.Add(new DefinitionError(file, (int)reached.Line, (int)reached.Column,
                    "The file is nested too deeply.", $"Nest at most {MaxDepth} levels."));
                return null;
            }

            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
                return new YamlSection(root, file, "", errors);
            errors.Add(new DefinitionError(file, 1, 1, "The file is not one YAML mapping.",
                "Write one document of the form 'key: value'."));
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException)
        {
            // The scanner answers some broken lists with InvalidOperationException, which knows no position.
            var at = e is YamlException syntax ? syntax.Start : reached;
            var why = e is YamlException ? e.Message : "something is not closed after this place";
            errors.Add(new DefinitionError(file, (int)at.Line, (int)at.Column,
                $"This is not valid YAML: {why}", "Correct the syntax; a key may stand only once."));
        }

        return null;
    }

    /// <summary>Looks at the flat stream of events first, since loading recurses.</summary>
    private static bool IsTooDeep(string yaml, ref Mark reached)
    {
        var parser = new Parser(new StringReader(yaml));
        var depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current switch
            {
                MappingStart or SequenceStart => 1,
                MappingEnd or SequenceEnd => -1,
                _ => 0,
            };
            reached = parser.Current!.Start;
            if (depth > MaxDepth)
                return true;
        }

        return false;
    }
}
