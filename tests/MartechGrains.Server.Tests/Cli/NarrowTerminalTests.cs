using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Testing.Clients;
using Spectre.Console;
using Xunit;
using static MartechGrains.Server.Tests.Cli.LongValues;

namespace MartechGrains.Server.Tests.Cli;

/// <summary>
/// Whoever reads an id or value at a terminal, or from a pipe, must be able to copy it: it is whole, on one line.
/// </summary>
public sealed class NarrowTerminalTests
{
    private const string Revenue = "EUR 1234567890 minor";
    private const string MissingFile = "a-folder-of-a-name-not-short/and-one-more-below-it/events.of.today.jsonl";

    // What stands beside an id or value without a space.
    private static readonly char[] s_marks = ['[', ']', '(', ')', ',', '.', '\''];

    private static readonly (string Command, string[] Values)[] s_commands =
    [
        ("lookup NS", [ProfileId, Mail, Device, Phrase, $"{Home}, 1234567", Digest, Event, Moment, Revenue]),
        ("explain NS features.revenue",
        [
            ProfileId, Mail, Device, Event, Moment, Revenue, $"{Home}, 1234567", Cursor,
            "fact.units < properties.products[].quantity",
        ]),
        ("graph NS", [Home, ProfileId, Mail, Device, Phrase, Moment]),
        ("why NS NS", [ProfileId, Mail, Device, Event, Moment, DecisionId]),
        ("how NS", [ProfileId, Mail, Device, Phrase, Event, Moment, DecisionId]),
        ("decide must-link NS NS --who kim --why x", [DecisionId, Mail, Device, Moment]),
        ("decide must-link NS NS --preview", [ProfileId, Mail, Device, Phrase]),
        ("decisions list", [DecisionId, Mail, Device, Moment]),
        ("decisions show 1", [DecisionId, Mail, Device, Moment]),
        ("values inert", [Device, Cursor]),
        ("quarantine list", [EventId, Digest, Moment, "context.consent.categoryPreferences", Cursor]),
        ($"quarantine show {EventId}", [EventId, Digest, $$"""{"userId": "{{Digest}}", "event": "Order Completed"}"""]),
        ("feed", [$"{Home}:1234567", ProfileId, DecisionId, Event, Moment, Cursor]),
        ("verify", [Home, ProfileId, DecisionId, "1234567", "1,000,000,000"]),
        ("policy list", [Digest, Moment]),
        ("policy status", []),
        ("policy what-if FILE", [Mail, Device, "1,000,000,000"]),
        ("lookup NS --purpose refused", [ProfileId, Home, EventId]),
        ($"send {MissingFile}", [MissingFile]),
        ("lookup email", ["email:ada@example.com", "http://127.0.0.1:5081/"]),
        ("--help", ["send <FILE.jsonl>", "explain <NS:VALUE> <FIELD>", "http://127.0.0.1:5081/"]),
        ("decide retract-event --help", ["--of <NS:VALUE> (REQUIRED)", "--timeout <SECONDS>", "google.rpc.Status"]),
        ("lookup --help", ["email:ada@example.com", "profile_id,features.purchase_count"]),
    ];

    public static TheoryData<int, string> Runs
    {
        get
        {
            var runs = new TheoryData<int, string>();
            foreach (var (command, _) in s_commands)
            {
                foreach (var width in new[] { 60, 80, 120, Terminal.RedirectedWidth })
                    runs.Add(width, command);
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task Ids_and_values_are_whole_at_any_width(int width, string command)
    {
        await using var server = await FakeServer.StartAsync();
        LongValues.Fill(server.Reads);
        var policy = Path.GetTempFileName();
        string[] args = [.. command.Split(' ').Select(word => word switch
        {
            "NS" => Mail,
            "FILE" => policy,
            _ => word,
        })];

        var run = await CommandRun.At(width, ["--server", server.Address, .. args]);
        File.Delete(policy);

        var lines = Lines(run);
        Assert.NotEmpty(lines);
        var values = s_commands.Single(one => one.Command == command).Values;
        foreach (var value in values)
            Assert.Contains(lines, line => line.Contains(value, StringComparison.Ordinal));
        string[] whole = [.. values, $"\"{Digest}\""];
        Assert.All(lines.Where(line => line.GetCellWidth() > width), line => Assert.Contains(Bare(line), whole));
    }

    [Fact]
    public async Task In_a_pipe_each_row_is_one_line()
    {
        await using var server = await FakeServer.StartAsync();
        LongValues.Fill(server.Reads);

        var run = await server.RunAsync("decisions", "list");

        Assert.Single(Lines(run), line =>
            line.Contains(DecisionId, StringComparison.Ordinal)
            && line.Contains($"must-link {Mail} {Device}", StringComparison.Ordinal)
            && line.Contains("that no one else has ever used them", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_thing_that_is_damaged_is_one_line_of_80_columns()
    {
        await using var server = await FakeServer.StartAsync();
        LongValues.Fill(server.Reads);

        var run = await CommandRun.At(80, "--server", server.Address, "verify", "--operator-key", "chief");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Equal(11, run.Output.TrimEnd().Split('\n').Length);
        Assert.Equal(ClientExtensions.Credentials("chief"), server.Reads.LastRequest);
        Assert.Equal(ExitCode.Usage, (await CommandRun.Of("verify", "all")).Code);
    }

    [Fact]
    public void Sentences_are_broken_at_spaces_and_what_is_in_braces_is_not()
    {
        const string name = "Ada King Noel";
        Wording words = $"  it is {name} who did it, {Wording.Sentence("or so they say")}";

        Assert.Equal([$"  it is {name} who did it, or so they say"], words.Lines(80));
        Assert.Equal(
            ["  it is", "Ada King Noel", "  who did it,", "  or so they", "  say"], words.Lines(13, indent: 2));
    }

    [Theory]
    [InlineData(40, "one two, three")]
    [InlineData(10, "one two|three")]
    [InlineData(3, "one two|three")]
    public void A_list_is_one_line_or_a_line_for_each_value(int width, string lines) =>
        Assert.Equal(lines.Split('|'), Wording.List(["one two", "three"]).Lines(width));

    [Fact]
    public void Control_characters_from_outside_are_spelled_out_and_break_nothing()
    {
        var words = Wording.Value("a\u001Eb\u001Fc\u001Bd");

        Assert.Equal(["a\\u001Eb\\u001Fc\\u001Bd"], words.Lines(10));
    }

    private static string[] Lines(CommandRun run) =>
        (run.Output + run.Messages).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The line without the marks that stand beside a value.</summary>
    private static string Bare(string line)
    {
        var text = line.Trim();
        return text.StartsWith('{') ? text : text.Trim(s_marks);
    }
}
