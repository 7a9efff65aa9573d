-- Rows and bytes of the tables of this database, as sqlgen.stats/1. It only reads.
-- psql -XAt -d shop -f postgresql.sql > stats.json
--
-- Rows are those of the last VACUUM or ANALYZE, or as many as have been counted since. A partitioned table has what
-- its partitions have together; they stand there too.
SELECT json_build_object(
    'schema', 'sqlgen.stats/1',
    'server', 'PostgreSQL ' || current_setting('server_version'),
    'taken', to_char(current_date, 'YYYY-MM-DD'),
    'tables', coalesce(
        json_agg(
            json_build_object('schema', n.nspname, 'name', c.relname, 'rows', s.rows, 'bytes', s.bytes)
            ORDER BY n.nspname, c.relname
        ),
        '[]'
    )
)
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
    SELECT
        coalesce(sum(greatest(one.reltuples, pg_stat_get_live_tuples(one.oid), 0)), 0)::bigint AS rows,
        coalesce(sum(pg_table_size(one.oid)), 0)::bigint AS bytes
    FROM (SELECT c.oid UNION SELECT relid FROM pg_partition_tree(c.oid)) AS part
    JOIN pg_class AS one ON one.oid = part.oid AND one.relkind IN ('r', 'm')
) AS s
WHERE c.relkind IN ('r', 'p', 'm')
AND n.nspname <> 'information_schema'
AND n.nspname NOT LIKE 'pg\_%';
