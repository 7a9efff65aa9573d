"""The revisions of a range as a graph of text, and its tables before and after, in review.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlgen.markdown import code, prose
from sqlgen.messages import apart, cells, say, visible
from sqlgen.review.document import labels, model, wording
from sqlgen.review.markdown.parts import block, heading, items, names, place, table


def revisions(document: model.Document) -> Iterator[str]:
    """The graph, then a row for each with its file."""
    if not document.revisions:
        return
    yield from heading(say("Revisions"))
    yield from block("\n".join(graph(document.revisions)))
    yield from table(
        (say("revision"), say("what it is"), say("file"), say("statements"), say("rollback"), say("note")),
        (
            (
                code(each.id),
                prose(each.message),
                place(each.place, in_table=True),
                wording.numbers(each.statements) or labels.DASH,
                wording.numbers(each.rollback) or labels.DASH,
                prose(str(apart(filter(None, (str(labels.origin(each) or ""), each.note))))),
            )
            for each in document.revisions
        ),
    )


def graph(found: Sequence[model.Revision]) -> Iterator[str]:
    """A line each, in their order, parents first: a column for each branch, `●` where the revision stands.

    A column is free again once the last child of what stands in it is drawn.
    """
    children: dict[str, int] = {}
    for each in found:
        for parent in each.parents:
            children[parent] = children.get(parent, 0) + 1
    columns: list[str | None] = []
    for each in found:
        for parent in each.parents:
            children[parent] -= 1
        free = {at for at, name in enumerate(columns) if name is None or (name in each.parents and not children[name])}
        at = min(free, default=len(columns))
        marks = ["│" if name is not None and number not in free else " " for number, name in enumerate(columns)]
        marks[at : at + 1] = ["●"]
        yield f"{' '.join(marks).rstrip()}  {_node(each)}"
        columns = [None if number in free else name for number, name in enumerate(columns)]
        columns[at : at + 1] = [each.id if children.get(each.id) else None]


def _node(each: model.Revision) -> str:
    told = [visible(each.id), visible(each.message)]
    if each.parents:
        told.append(f"← {visible(', '.join(each.parents))}")
    if each.depends_on:
        told.append(str(say("(needs {revisions})", revisions=", ".join(each.depends_on))))
    if each.labels:
        told.append(visible(f"[{', '.join(each.labels)}]"))
    if (where := labels.origin(each)) is not None:
        told.append(f"({where})")
    return "  ".join(filter(None, told))


# ---- tables


def tables(document: model.Document) -> Iterator[str]:
    """Each table that the range touches, before and after."""
    if not document.tables:
        return
    yield from heading(say("Tables"))
    for view in document.tables:
        yield from _table(view)


def _table(view: model.TableView) -> Iterator[str]:
    yield from heading(f"{code(view.name, in_table=False)}{say(': ')}{labels.table_state(view)}", 3)
    told = []
    if view.was is not None:
        told.append(f"{say('before: {name}', name=code(view.was, in_table=False))}")
    if view.rows is not None:
        told.append(f"{say('rows: {count}', count=f'{view.rows:,}')}")
    if view.bytes is not None:
        told.append(f"{say('size: {size}', size=wording.size(view.bytes))}")
    if not view.complete:
        told.append(f"**{say('not all of it is known')}**")
    yield from filter(None, [f"{' · '.join(told)}{labels.behind(view.statements)}".strip()])
    if view.lines:
        yield from block("\n".join(_lines(view.lines)), "diff")
    else:
        yield ""
    yield from items(map(_link, view.links))


def _lines(lines: Sequence[model.Line]) -> Iterator[str]:
    """As diff has it: what goes with a minus, what comes with a plus, the rest as it is."""
    heads = [f"{labels.line_kind(line)} {visible(line.name)}" for line in lines]
    width = max(map(cells, heads))
    for line, head in zip(lines, heads, strict=True):
        padded = head + " " * (width - cells(head))
        if line.before == line.after:
            yield f"  {padded}  {visible(line.after or '')}".rstrip()
            continue
        if line.before is not None:
            yield f"- {padded}  {visible(line.before)}".rstrip()
        if line.after is not None:
            yield f"+ {padded}  {visible(line.after)}".rstrip()


def _link(link: model.Link) -> str:
    told = say(
        "{table} ({columns}) refers to {to} ({to_columns}): {state}",
        table=code(link.table, in_table=False),
        columns=names(link.columns),
        to=code(link.to, in_table=False),
        to_columns=names(link.to_columns),
        state=labels.link_state(link),
    )
    return str(told)
