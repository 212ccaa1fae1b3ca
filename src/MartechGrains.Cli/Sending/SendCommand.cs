using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using MartechGrains.Cli.Connection;
using MartechGrains.Cli.Output;
using MartechGrains.Protocol.Ingest.V1;
using Spectre.Console;

namespace MartechGrains.Cli.Sending;

/// <summary><c>martech send</c>: streams a file of events.</summary>
public static class SendCommand
{
    private const string WriteKeyVariable = "MARTECH_WRITE_KEY";
    private const string StandardInput = "-";
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The command.</summary>
    public static Command Create(SharedOptions shared)
    {
        ArgumentNullException.ThrowIfNull(shared);
        var usual = new SendOptions();
        var file = new Argument<string>("FILE.jsonl")
        {
            Description = "Segment-shaped events, one JSON object per line; - reads standard input.",
        };
        file.Validators.Add(result =>
        {
            var path = result.Tokens[0].Value;
            if (path != StandardInput && !File.Exists(path))
                result.AddError($"FILE.jsonl: there is no file '{path}'.");
        });
        var source = new Option<string>("--source")
        {
            Description = "The registered source of the events; left out, the write key's.",
            HelpName = "SOURCE",
            DefaultValueFactory = _ => "",
        };
        // Not a default value: help would print it.
        var writeKey = new Option<string?>("--write-key")
        {
            Description = $"The source's write key; better given as the environment variable {WriteKeyVariable}.",
            HelpName = "KEY",
        };
        var batch = SharedOptions.Number(
            "--batch", "Events in a batch.", usual.BatchEvents, 1, SendOptions.MaxBatchEvents);
        var window = SharedOptions.Number(
            "--window", "Batches in flight without an answer.", usual.Window, 1, SendOptions.MaxWindow);
        var attempts = SharedOptions.Number(
            "--attempts", "Attempts in a row without any answer before giving up.", usual.MaxAttempts, 1, 1_000);
        var command = new Command("send", "Send events; those without an answer are sent again until they have one.")
        {
            file, source, writeKey, batch, window, attempts,
        };
        shared.OnServer(command, async (parsed, connection, cancellation) =>
        {
            var options = new SendOptions
            {
                Source = parsed.GetRequiredValue(source),
                WriteKey = parsed.GetValue(writeKey) ?? Environment.GetEnvironmentVariable(WriteKeyVariable),
                BatchEvents = parsed.GetValue(batch),
                Window = parsed.GetValue(window),
                MaxAttempts = parsed.GetValue(attempts),
                AnswerTimeout = shared.TimeoutOf(parsed),
            };
            var path = parsed.GetRequiredValue(file);
            await using var stream = path == StandardInput ? Console.OpenStandardInput() : File.OpenRead(path);
            var client = new IngestService.IngestServiceClient(connection.Invoker);
            var asJson = parsed.GetValue(shared.Json);
            return await SendAsync(shared.Terminal, client, options, stream, asJson, cancellation);
        });
        return command;
    }

    private static async Task<int> SendAsync(
        Terminal terminal,
        IngestService.IngestServiceClient client,
        SendOptions options,
        Stream stream,
        bool asJson,
        CancellationToken cancellation)
    {
        var tally = new SendTally();
        var clock = Stopwatch.StartNew();
        await using var batches = BatchesAsync(stream, options, tally, cancellation).GetAsyncEnumerator(cancellation);
        try
        {
            if (terminal.Messages.Profile.Capabilities.Interactive && stream.CanSeek && !asJson)
            {
                await terminal.Messages.Progress().AutoClear(true).StartAsync(async progress =>
                {
                    var bar = progress.AddTask("sending", maxValue: Math.Max(1, stream.Length));
                    var sender = new EventSender(client, options, batches, tally, () => bar.Value = tally.Position);
                    await sender.SendAsync(cancellation);
                });
            }
            else
            {
                await new EventSender(client, options, batches, tally, () => { }).SendAsync(cancellation);
            }
        }
        finally
        {
            // Also after a failure: what has an answer is kept and need not be sent again.
            Write(terminal, tally, asJson, clock.Elapsed);
        }

        return tally.IsClean ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async IAsyncEnumerable<SendBatch> BatchesAsync(
        Stream stream,
        SendOptions options,
        SendTally tally,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        long id = 0;
        long end = 0;
        var bytes = 0;
        var request = new StreamEventsRequest();
        List<long> lines = [];
        await foreach (var line in JsonLineReader.ReadAsync(stream, cancellation))
        {
            if (line.Content is null)
            {
                tally.AddTooLong(line);
                continue;
            }

            request.Events.Add(new Event { SegmentJson = line.Content });
            lines.Add(line.Number);
            bytes += line.Content.Length;
            end = line.End;
            if (lines.Count < options.BatchEvents && bytes < SendOptions.MaxBatchBytes)
                continue;
            yield return Close();
            (request, lines, bytes) = (new StreamEventsRequest(), [], 0);
        }

        if (lines.Count > 0)
            yield return Close();

        SendBatch Close()
        {
            request.BatchId = ++id;
            request.Source = options.Source;
            return new SendBatch(request, lines, end);
        }
    }

    private static void Write(Terminal terminal, SendTally tally, bool asJson, TimeSpan elapsed)
    {
        if (asJson)
        {
            var summary = new { tally.Accepted, tally.Duplicates, tally.Quarantined, tally.Failed };
            terminal.Output.WriteLine(JsonSerializer.Serialize(summary, s_json));
            return;
        }

        var table = new Listing("result", "reason", "events", "first line", "what to do");
        AddRow(table, "accepted", "", new RefusedEvents(tally.Accepted, 0, ""));
        AddRow(table, "duplicate", "", new RefusedEvents(tally.Duplicates, 0, ""));
        foreach (var (reason, refused) in tally.Quarantined)
            AddRow(table, "quarantined", reason, refused);
        foreach (var (reason, refused) in tally.Failed)
            AddRow(table, "failed", reason, refused);
        table.Write(terminal.Tables);
        var seconds = elapsed.TotalSeconds;
        var rate = tally.Total / Math.Max(0.001, seconds);
        terminal.Messages.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{tally.Total} events in {seconds:0.0} s, {rate:0} per second"));
    }

    private static void AddRow(Listing table, string result, string reason, RefusedEvents events) => table.Add(
        Wording.Value(result),
        Wording.Value(reason),
        $"{events.Count}",
        events.FirstLine == 0 ? Wording.Value("") : $"{events.FirstLine}",
        Wording.Sentence(events.Remedy));
}
