using System.Net.Sockets;
using MartechGrains.Journal.Contracts;
using Npgsql;

namespace MartechGrains.Journal.Postgres;

/// <summary>Tells errors in the data from errors of the server and the way to it.</summary>
internal static class PostgresErrors
{
    /// <summary>
    /// What an error means that came before the commit was sent, or with which the server refused it.
    /// </summary>
    public static Exception Translate(Exception error) => error switch
    {
        JournalException or OperationCanceledException => error,
        PostgresException { SqlState: var state } server when IsTransient(state) =>
            new StoreUnavailableException($"PostgreSQL: {server.SqlState} {server.MessageText}", server)
            {
                RefusesWrites = RefusesWrites(state),
                IsDamage = state is PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted,
            },
        PostgresException server => new BatchRejectedException(
            $"PostgreSQL: {server.SqlState} {server.MessageText}",
            server.SqlState == PostgresErrorCodes.UniqueViolation,
            server),
        NpgsqlException or TimeoutException or IOException or SocketException =>
            new StoreUnavailableException($"PostgreSQL cannot be reached: {error.Message}", error)
            {
                // A connection that broke is made anew; one that cannot be made tells of a server that is not there.
                RefusesWrites = error.InnerException is SocketException,
            },
        _ => new BatchRejectedException($"The driver refused a value: {error.Message}", false, error),
    };

    /// <summary>True where the server itself says that the transaction is rolled back.</summary>
    public static bool IsRolledBack(Exception error) => error is PostgresException { InvariantSeverity: "ERROR" };

    // A full disk; a server that only reads; rights, tables and databases that are gone; passwords that were changed.
    private static bool RefusesWrites(string state) =>
        state is PostgresErrorCodes.DiskFull or PostgresErrorCodes.ReadOnlySqlTransaction
            or PostgresErrorCodes.CannotConnectNow
        || state[..2] is "42" or "3D" or "28" or "58";

    // Classes: connection, rollback (deadlock, serialization), resources, operator intervention, system error,
    // object state (lock timeout), transaction state; a table that is missing is a deployment's error, not the data's.
    private static bool IsTransient(string state) =>
        state[..2] is "08" or "40" or "53" or "57" or "58" or "55" or "25" or "XX" or "42" or "3D" or "28";
}
