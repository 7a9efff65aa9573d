"""Fetch real histories, run them online and through sqlgen, compare, and print the table.

    make corpus                                       or: python -m corpus designate-mariadb --apply exact

The first run installs the projects below .corpus/ and runs them on the servers; later runs use what is there.
PostgreSQL and MariaDB are found as the tests find them, and need psql, pg_dump, mariadb, mysqldump and sqlite3 on PATH.
Ends with 1 when a limit does not hold.
"""

from __future__ import annotations

import argparse
import sys

from corpus.fetch import ROOT
from corpus.measure import measure
from corpus.projects import CASES
from corpus.rendering import POLICIES
from corpus.report import details, table, verdicts


def main() -> int:
    parser = argparse.ArgumentParser(prog="corpus", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"which ones; all: {' '.join(c.name for c in CASES)}")
    parser.add_argument("--apply", action="append", choices=(*POLICIES, "none"), help="apply scripts made so; all")
    arguments = parser.parse_args()
    known = {case.name: case for case in CASES}
    if unknown := set(arguments.cases) - set(known):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    policies = tuple(policy for policy in POLICIES if policy in (arguments.apply or POLICIES))
    found = []
    for name in arguments.cases or known:
        each = measure(known[name], policies)
        found.append(each)
        print(f"{name}: {each.seconds:.0f} s", file=sys.stderr, flush=True)
    held = list(verdicts(found))
    lines = [*table(found), "", *(f"{'holds' if holds else 'FAILS'}: {limit}" for holds, limit in held)]
    print("\n".join(lines))
    report = ROOT / "report.md"
    report.write_text("\n".join([*lines, *details(found), ""]), encoding="utf-8")
    print(f"every gap and every difference: {report}", file=sys.stderr)
    return 0 if all(holds for holds, _ in held) else 1


sys.exit(main())
