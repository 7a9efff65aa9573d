-- Rows and bytes of this user's tables, as sqlgen.stats/1, for Oracle 12.2 and newer. It only reads.
-- sqlplus -S -L USER@SERVICE @oracle.sql > stats.json
--
-- Rows are those of the last statistics (DBMS_STATS), bytes those of the segments of the table, its partitions and its
-- large values.
SET PAGESIZE 0 LINESIZE 32767 TRIMOUT ON FEEDBACK OFF HEADING OFF ECHO OFF VERIFY OFF TAB OFF DEFINE OFF
WHENEVER SQLERROR EXIT FAILURE
SELECT line
FROM (
    SELECT
        0 AS place,
        '{"schema": "sqlgen.stats/1", "server": "Oracle ' || MAX(version)
            || '", "taken": "' || TO_CHAR(SYSDATE, 'YYYY-MM-DD') || '", "tables": [' AS line
    FROM product_component_version
    UNION ALL
    SELECT
        ROW_NUMBER() OVER (ORDER BY t.table_name),
        CASE ROW_NUMBER() OVER (ORDER BY t.table_name) WHEN 1 THEN '' ELSE ',' END
            || JSON_OBJECT(
                'schema' VALUE USER, 'name' VALUE t.table_name,
                'rows' VALUE NVL(t.num_rows, 0), 'bytes' VALUE NVL(s.bytes, 0)
            )
    FROM user_tables t
    LEFT JOIN (
        SELECT COALESCE(l.table_name, g.segment_name) AS table_name, SUM(g.bytes) AS bytes
        FROM user_segments g
        LEFT JOIN user_lobs l ON l.segment_name = g.segment_name
        WHERE g.segment_type LIKE 'TABLE%' OR g.segment_type LIKE 'LOB%'
        GROUP BY COALESCE(l.table_name, g.segment_name)
    ) s ON s.table_name = t.table_name
    WHERE t.dropped = 'NO' AND t.temporary = 'N' AND t.nested = 'NO'
    UNION ALL
    SELECT 1e12, ']}' FROM dual
)
ORDER BY place;
EXIT
