"""sqlgen's linter beside squawk and sqlfluff, on the same files in one run, as a Markdown table of ratios.

    make bench                                        or: python benchmarks/lint.py --runs 5

Whole processes, text output thrown away unread. squawk and sqlfluff come with `pip install -e '.[bench]'`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from run import BIN, SQLGEN, Command, Measured, best

SQUAWK, SQLFLUFF = str(BIN / "squawk"), str(BIN / "sqlfluff")

_POSTGRESQL = (
    "CREATE INDEX ix_t{t}_c{n} ON t{t} (c{n});",
    "ALTER TABLE t{t} ADD COLUMN n{n} integer NOT NULL;",
    "ALTER TABLE t{t} DROP COLUMN d{n};",
    "ALTER TABLE t{t} ALTER COLUMN c{n} TYPE bigint;",
    "ALTER TABLE t{t} ADD CONSTRAINT fk_t{t}_{n} FOREIGN KEY (c{n}) REFERENCES users (id);",
    "ALTER TABLE t{t} ALTER COLUMN c{n} SET NOT NULL;",
    "UPDATE t{t} SET c{n} = 0 WHERE id < {n};",
    "CREATE TABLE made{n} (id bigint PRIMARY KEY, name text NOT NULL, at timestamptz DEFAULT now());",
    "INSERT INTO t{t} (id, name) VALUES ({n}, 'a name of some length');",
    "ALTER TABLE t{t} RENAME COLUMN r{n} TO s{n};",
)
_MYSQL = (
    "CREATE INDEX ix_t{t}_c{n} ON t{t} (c{n});",
    "ALTER TABLE t{t} ADD COLUMN n{n} INT NOT NULL;",
    "ALTER TABLE t{t} DROP COLUMN d{n};",
    "ALTER TABLE t{t} MODIFY COLUMN c{n} BIGINT;",
    "CREATE TABLE made{n} (id BIGINT PRIMARY KEY, name VARCHAR(100) NOT NULL);",
    "UPDATE t{t} SET c{n} = 0 WHERE id < {n};",
)


def statements(kinds: tuple[str, ...], count: int) -> str:
    """A script of so many statements, one a line, over a hundred tables."""
    return "\n".join(kinds[n % len(kinds)].format(n=n, t=n % 97) for n in range(count)) + "\n"


def postgresql(file: str) -> dict[str, Command]:
    return {
        "squawk, text": Command((SQUAWK, file), (0, 1)),
        "squawk, JSON": Command((SQUAWK, "--reporter", "Json", file), (0, 1)),
        "sqlgen lint, text": Command((SQLGEN, "lint", file, "--dialect", "postgresql"), (0, 1)),
        "sqlgen lint, JSON": Command(
            (SQLGEN, "lint", file, "--dialect", "postgresql", "--output-format", "json"), (0, 1)
        ),
    }


def mysql(file: str) -> dict[str, Command]:
    return {
        "sqlfluff lint": Command((SQLFLUFF, "lint", "--dialect", "mysql", file), (0, 1)),
        "sqlgen lint, text": Command((SQLGEN, "lint", file, "--dialect", "mysql"), (0, 1)),
    }


def measure(folder: Path, runs: int) -> Iterator[str]:
    """The table, row by row; then which limits held."""
    (folder / "small.sql").write_text(statements(_POSTGRESQL, 4_000))
    (folder / "large.sql").write_text(statements(_POSTGRESQL, 40_000))
    (folder / "mysql.sql").write_text(statements(_MYSQL, 1_000))
    (folder / ".sqlfluff").write_text("[sqlfluff]\nlarge_file_skip_byte_limit = 0\n")
    yield "| file | command | wall s | ratio | CPU s | peak MB |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    small = best(postgresql("small.sql"), folder, runs)
    yield from _rows("4,000 PostgreSQL statements", small)
    ours = {name: command for name, command in postgresql("large.sql").items() if name == "sqlgen lint, text"}
    large = best(ours, folder, max(1, runs // 2))
    yield from _rows("40,000 PostgreSQL statements", large)
    other = best(mysql("mysql.sql"), folder, max(1, runs // 2))
    yield from _rows("1,000 MySQL statements", other)
    yield ""
    text = small["sqlgen lint, text"].wall_s
    yield _limit("text output, to squawk's", text / small["squawk, text"].wall_s, 1.0)
    yield f"- text output, to squawk's JSON: {text / small['squawk, JSON'].wall_s:.2f}"
    yield _limit("40,000 statements to 4,000", large["sqlgen lint, text"].wall_s / text, 12)
    yield _limit("MySQL, to sqlfluff's", other["sqlgen lint, text"].wall_s / other["sqlfluff lint"].wall_s, 0.1)


def _rows(what: str, measured: dict[str, Measured]) -> Iterator[str]:
    first = next(iter(measured.values()))
    for name, one in measured.items():
        ratio = f"{one.wall_s / first.wall_s:.2f}"
        yield f"| {what} | `{name}` | {one.wall_s:.2f} | {ratio} | {one.cpu_s:.2f} | {one.peak_mb:.0f} |"


def _limit(what: str, ratio: float, most: float) -> str:
    return f"- {what}: {ratio:.2f}, at most {most:g}: {'held' if ratio <= most else 'NOT HELD'}"


def main() -> None:
    parser = argparse.ArgumentParser(description="sqlgen's linter beside squawk and sqlfluff")
    parser.add_argument("--runs", type=int, default=3)
    with tempfile.TemporaryDirectory() as temporary:
        for line in measure(Path(temporary), parser.parse_args().runs):
            print(line, flush=True)


if __name__ == "__main__":
    main()
