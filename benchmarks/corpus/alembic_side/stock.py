"""Which single steps stock Alembic renders offline: a job on stdin, a JSON list on stdout.

It is asked more kindly than on its command line: each step alone, from just the heads it needs, in one process.
"""

from __future__ import annotations

import json
import os
import sys

from steps import History

job = json.load(sys.stdin)
answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # what the project's code prints is no answer
history = History(job["ini"])
rendered = []
for revision in history.order:
    for direction in ("upgrade", "downgrade"):
        history.output.seek(0)
        history.output.truncate()
        error = None
        try:
            history.step(revision, direction, lambda function: function, offline=True)
        except (Exception, SystemExit) as problem:  # whatever the project's code raises
            error = f"{type(problem).__name__}: {problem}"[:300]
        rendered.append(
            {"revision": revision, "direction": direction, "error": error, "sql": history.output.getvalue()}
        )
json.dump(rendered, answers)
answers.close()
