"""The review of a long range: how long it takes beside all of `sqlgen bundle`, and how large it is, as Markdown.

    make bench                                        or: python benchmarks/review.py 100 --runs 5

A range of 50 revisions, unless another number is given, with 20 operations each, in the middle of a history: about a
thousand statements. The whole is a bundle of it: rendered, judged, written. Seconds of CPU, of workers too; the best
of the runs.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).parent))
from generate import generate

from sqlgen.building import make as building
from sqlgen.building.order import Order
from sqlgen.building.review import for_bundle
from sqlgen.bundle.verify import MAX_FILE
from sqlgen.review import faces, html, markdown
from sqlgen.review.document import file
from sqlgen.review.document.make import make
from sqlgen.script import folder
from sqlgen.settings import Request

_BEFORE = 20
"""So many revisions stand before the range."""
Value = TypeVar("Value")


def measure(count: int, place: Path, runs: int) -> Iterator[str]:
    """The table, row by row; then which limits held."""
    project = generate(count + _BEFORE, place / "project", operations=20)
    order = Order(Request(project=project), f"r{_BEFORE:05d}:head", fail_on="never")
    draft, drafting = _best(lambda: building.draft(order), runs)
    source = for_bundle(draft)
    scripts = folder.files(source.range)
    shown = {name: scripts[name] for name in faces.SHOWN}
    document, making = _best(lambda: make(source), runs)
    page, drawing = _best(lambda: html.render(document, shown), runs)
    text, writing = _best(lambda: markdown.render(document, shown, beside=True), runs)
    data, saving = _best(lambda: file.write(document), runs)
    files, packing = _best(lambda: building.files(draft), runs)
    whole, review = drafting + packing, making + drawing + writing + saving
    yield f"{len(document.statements)} statements, {len(document.revisions)} revisions, {len(files)} files:"
    yield ""
    yield "| step | CPU s | kB |"
    yield "| --- | ---: | ---: |"
    rows = (("the document", making, ""), (faces.HTML, drawing, page), (faces.MARKDOWN, writing, text))
    for name, seconds, written in (*rows, (faces.JSON, saving, data)):
        yield f"| {name} | {seconds:.2f} | {len(written.encode()) / 1000:.0f} |"
    yield f"| the whole bundle | {whole:.2f} | {sum(map(len, files.values())) / 1000:.0f} |"
    yield ""
    yield _limit("seconds for the review of a thousand statements", review / len(document.statements) * 1000, 2)
    yield _limit("MB of review.html for a thousand statements", len(page.encode()) / len(document.statements) / 1000, 1)
    yield _limit("the review's part of the bundle", review / whole, 0.5)
    yield _limit("review.html's part of what a file of a bundle may hold", len(page.encode()) / MAX_FILE, 1)


def _best(work: Callable[[], Value], runs: int) -> tuple[Value, float]:
    """What it gives, and the shortest time."""
    times = []
    for _ in range(runs):
        began = sum(os.times()[:4])
        value = work()
        times.append(sum(os.times()[:4]) - began)
    return value, min(times)


def _limit(what: str, found: float, most: float) -> str:
    return f"- {what}: {found:.2f}, at most {most:g}: {'held' if found <= most else 'NOT HELD'}"


def main() -> None:
    parser = argparse.ArgumentParser(description="the review of a long range, beside the whole bundle")
    parser.add_argument("count", nargs="?", type=int, default=50)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    gc.set_threshold(500_000)  # as the command does
    with tempfile.TemporaryDirectory() as temporary:
        for line in measure(arguments.count, Path(temporary), arguments.runs):
            print(line, flush=True)


if __name__ == "__main__":
    main()
