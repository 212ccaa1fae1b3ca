-- Tables and queries for Microsoft.Orleans.Persistence.AdoNet, which reads its SQL from OrleansQuery and passes the
-- parameters named here. The natural key is the primary key: two racing first writes cannot both succeed. The hash
-- columns that the provider also offers are not needed for few rows.
-- A write answers the new version; one that lost its race answers the version it came with, or no row for a first
-- write: the provider takes both for a conflict. Run at every start.

-- Several processes may start at once.
SELECT pg_advisory_xact_lock(7236847236471);

CREATE TABLE IF NOT EXISTS OrleansQuery (
    QueryKey text NOT NULL PRIMARY KEY,
    QueryText text NOT NULL
);

CREATE TABLE IF NOT EXISTS OrleansStorage (
    ServiceId text NOT NULL,
    GrainTypeString text NOT NULL,
    GrainIdN0 bigint NOT NULL,
    GrainIdN1 bigint NOT NULL,
    GrainIdExtension text NOT NULL,
    PayloadBinary bytea,
    ModifiedOn timestamptz NOT NULL,
    Version integer NOT NULL,
    PRIMARY KEY (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtension)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('WriteToStorageKey', '
WITH changed AS (
    INSERT INTO OrleansStorage
        (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtension, PayloadBinary, ModifiedOn, Version)
    SELECT
        @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, COALESCE(CAST(@GrainIdExtensionString AS text), ''''),
        @PayloadBinary, now(), COALESCE(CAST(@GrainStateVersion AS integer), 0) + 1
    WHERE CAST(@GrainStateVersion AS integer) IS NULL OR EXISTS (
        SELECT 1 FROM OrleansStorage WHERE ServiceId = @ServiceId
            AND GrainTypeString = @GrainTypeString
            AND GrainIdN0 = @GrainIdN0
            AND GrainIdN1 = @GrainIdN1
            AND GrainIdExtension = COALESCE(CAST(@GrainIdExtensionString AS text), ''''))
    ON CONFLICT (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtension) DO UPDATE
    SET PayloadBinary = excluded.PayloadBinary, ModifiedOn = excluded.ModifiedOn, Version = excluded.Version
    WHERE OrleansStorage.Version = CAST(@GrainStateVersion AS integer)
    RETURNING Version AS NewVersion
)
SELECT NewVersion AS NewGrainStateVersion FROM changed
UNION ALL
SELECT CAST(@GrainStateVersion AS integer)
WHERE CAST(@GrainStateVersion AS integer) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM changed)
')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ReadFromStorageKey', '
SELECT PayloadBinary, Version
FROM OrleansStorage
WHERE ServiceId = @ServiceId
    AND GrainTypeString = @GrainTypeString
    AND GrainIdN0 = @GrainIdN0
    AND GrainIdN1 = @GrainIdN1
    AND GrainIdExtension = COALESCE(CAST(@GrainIdExtensionString AS text), '''')
')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('ClearStorageKey', '
WITH changed AS (
    UPDATE OrleansStorage
    SET PayloadBinary = NULL, ModifiedOn = now(), Version = Version + 1
    WHERE ServiceId = @ServiceId
        AND GrainTypeString = @GrainTypeString
        AND GrainIdN0 = @GrainIdN0
        AND GrainIdN1 = @GrainIdN1
        AND GrainIdExtension = COALESCE(CAST(@GrainIdExtensionString AS text), '''')
        AND Version = CAST(@GrainStateVersion AS integer)
    RETURNING Version AS NewVersion
)
SELECT NewVersion AS NewGrainStateVersion FROM changed
UNION ALL
SELECT CAST(@GrainStateVersion AS integer)
WHERE CAST(@GrainStateVersion AS integer) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM changed)
')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('DeleteStorageKey', '
WITH changed AS (
    DELETE FROM OrleansStorage
    WHERE ServiceId = @ServiceId
        AND GrainTypeString = @GrainTypeString
        AND GrainIdN0 = @GrainIdN0
        AND GrainIdN1 = @GrainIdN1
        AND GrainIdExtension = COALESCE(CAST(@GrainIdExtensionString AS text), '''')
        AND Version = CAST(@GrainStateVersion AS integer)
    RETURNING Version + 1 AS NewVersion
)
SELECT NewVersion AS NewGrainStateVersion FROM changed
UNION ALL
SELECT CAST(@GrainStateVersion AS integer)
WHERE CAST(@GrainStateVersion AS integer) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM changed)
')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
