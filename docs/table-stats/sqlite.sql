-- Rows and bytes of the tables of this database, as sqlgen.stats/1. It only reads, all of the file.
-- sqlite3 -readonly shop.db < sqlite.sql > stats.json
--
-- dbstat is part of the shell that sqlite.org and distributions ship. A row of a table is a cell of a leaf page.
SELECT json_object(
    'schema', 'sqlgen.stats/1',
    'server', 'SQLite ' || sqlite_version(),
    'taken', date('now'),
    'tables', json_group_array(json_object('name', name, 'rows', row_count, 'bytes', byte_count))
)
FROM (
    SELECT
        m.name,
        sum(CASE d.pagetype WHEN 'leaf' THEN d.ncell ELSE 0 END) AS row_count,
        sum(d.pgsize) AS byte_count
    FROM sqlite_master AS m
    JOIN dbstat AS d ON d.name = m.name
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
    GROUP BY m.name
    ORDER BY m.name
);
