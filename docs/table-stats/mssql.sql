-- Rows and bytes of the tables of this database, as sqlgen.stats/1, for SQL Server 2016 and newer. It only reads.
-- sqlcmd -S SERVER -d shop -E -h -1 -W -w 8000 -f o:65001 -i mssql.sql -o stats.json
--
-- Rows are those of sys.partitions, which it calls approximate; bytes are the used pages of the heap or the clustered
-- index, with large values.
SET NOCOUNT ON;
SELECT line
FROM (
    SELECT
        CAST(0 AS bigint) AS number,
        CONCAT(
            N'{"schema": "sqlgen.stats/1", "server": "SQL Server ',
            STRING_ESCAPE(CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)), 'json'),
            N'", "taken": "', CONVERT(nvarchar(10), GETDATE(), 23), N'", "tables": ['
        ) AS line
    UNION ALL
    SELECT
        ROW_NUMBER() OVER (ORDER BY s.name, t.name),
        CONCAT(
            CASE ROW_NUMBER() OVER (ORDER BY s.name, t.name) WHEN 1 THEN N'' ELSE N',' END,
            N'{"schema": "', STRING_ESCAPE(s.name, 'json'), N'", "name": "', STRING_ESCAPE(t.name, 'json'),
            N'", "rows": ', COALESCE(counted.row_count, 0), N', "bytes": ', COALESCE(used.pages, 0) * 8192, N'}'
        )
    FROM sys.tables AS t
    JOIN sys.schemas AS s ON s.schema_id = t.schema_id
    OUTER APPLY (
        SELECT SUM(p.rows) AS row_count
        FROM sys.partitions AS p
        WHERE p.object_id = t.object_id AND p.index_id IN (0, 1)
    ) AS counted
    OUTER APPLY (
        SELECT SUM(a.used_pages) AS pages
        FROM sys.partitions AS p
        JOIN sys.allocation_units AS a ON a.container_id = CASE WHEN a.type = 2 THEN p.partition_id ELSE p.hobt_id END
        WHERE p.object_id = t.object_id AND p.index_id IN (0, 1)
    ) AS used
    WHERE t.is_ms_shipped = 0
    UNION ALL
    SELECT 9223372036854775807, N']}'
) AS found
ORDER BY number;
