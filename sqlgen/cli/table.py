"""Rows of text in, lines with columns out, by the cells that text takes on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlgen.messages import cells, visible

_BETWEEN = "  "


def table(head: Sequence[object], rows: Sequence[Sequence[object]], paint: Callable[[str, str], str]) -> Iterator[str]:
    """Lines without spaces at their ends; the head in bold."""
    texts = [[visible(str(cell)) for cell in row] for row in (head, *rows)]
    widths = [max(cells(row[at]) for row in texts) for at in range(len(head))]
    for number, row in enumerate(texts):
        padded = (text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True))
        line = _BETWEEN.join(padded).rstrip()
        yield line if number else paint("bold", line)
