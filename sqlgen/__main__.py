"""`python -m sqlgen`."""

from sqlgen.cli.main import run

run()
