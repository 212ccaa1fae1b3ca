using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using MartechGrains.Journal.Clocks;
using MartechGrains.Server.Settings;
using Npgsql;

namespace MartechGrains.Server.Hosting;

/// <summary>Where everything is kept.</summary>
internal sealed record StoreOptions : IValidatableObject
{
    /// <summary>The data folder: the embedded store and the deployment key.</summary>
    [Description("data folder: embedded store and deployment key")]
    [Setting("DIR")]
    [Required]
    public string Data { get; init; } = "data";

    /// <summary>PostgreSQL connection string; null for the embedded store. A secret.</summary>
    [Description("keep everything but the deployment key in PostgreSQL")]
    [Setting("CONNECTION", Default = "embedded store")]
    [DataType(DataType.Password)]
    public string? Postgres { get; init; }

    /// <summary>
    /// How far this machine's clock may be off the store's, or before its newest entry; else no events are taken.
    /// </summary>
    [Description("how far this machine's clock may be off the store's, or before its newest entry; else events are "
        + "refused")]
    [Range(typeof(TimeSpan), "00:00:01", "100000.00:00:00",
        ErrorMessage = "{0} must be a time from {1:g} to {2:g} (days.hours:minutes:seconds)")]
    public TimeSpan MaxClockOffset { get; init; } = ClockGate.DefaultMaxOffset;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Postgres is not null && Refusal(Postgres) is { } refusal)
            yield return new ValidationResult(refusal, [nameof(Postgres)]);
    }

    private static string? Refusal(string connection)
    {
        try
        {
            return string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connection).Host)
                ? "postgres names no Host; write Host=…;Database=…;Username=…"
                : null;
        }
        catch (ArgumentException)
        {
            // The parser's own message may repeat the password.
            return "postgres is no connection string; write Host=…;Database=…;Username=…;Password=…";
        }
    }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append($"{nameof(Data)} = {Data}, {nameof(Postgres)} = {(Postgres is null ? "" : Setting.Masked)}");
        return true;
    }
}
