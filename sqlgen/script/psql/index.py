"""An index built or dropped concurrently: absent, valid, invalid or another one, and what to do about it.

CREATE INDEX CONCURRENTLY commits by itself and leaves an invalid index when it fails. An index is dropped and built
again only where this very script had begun it; any other one that is in the way is named, and left to a person.

Sources: PostgreSQL manual, CREATE INDEX, Building Indexes Concurrently; 53.26 pg_index. Tested on 15.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlgen.facts.vocabulary import CreateIndex, DropIndex
from sqlgen.messages import Message, say
from sqlgen.script.path import named, quoted
from sqlgen.script.psql.blocks import when
from sqlgen.segments import Item

DECLARE = ("found_index text;", "found_valid boolean;")


def concurrent(item: Item) -> CreateIndex | DropIndex | None:
    """Of a statement that builds or drops one index concurrently."""
    match item.facts:
        case (CreateIndex(name=str(), concurrently=True) | DropIndex(concurrently=True) as fact,):
            return fact
        case _:
            return None


def name(fact: CreateIndex | DropIndex) -> str:
    """The index's quoted name; an index stands in its table's schema."""
    if isinstance(fact, CreateIndex):
        return named(fact.name or "", fact.table.schema)
    return named(fact.index.name, fact.index.schema)


def stands(fact: CreateIndex | DropIndex) -> str:
    """SQL for whether the index is there and valid."""
    return f"EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass({quoted(name(fact))}) AND indisvalid)"


def decide(fact: CreateIndex | DropIndex, began: str, left: str) -> Iterator[str]:
    """plpgsql that sets sqlgen.part: `run` the statement, it is `done`, or, of an index that an attempt of ours left
    invalid, `again`. `began`: SQL for whether this script had begun it; `left`: for whether it is ours if invalid."""
    if isinstance(fact, DropIndex):
        gone = f"to_regclass({quoted(name(fact))}) IS NULL AND {began}"
        yield f"  PERFORM set_config('sqlgen.part', CASE WHEN {gone} THEN 'done' ELSE 'run' END, false);"
        return
    yield from _look(fact)
    wanted = quoted(definition(fact))
    other = say("{index} is there already, and is another one than the statement makes: ", index=fact.name)
    yield from when(f"found_index <> {wanted}", other, "found_index", f"', not ' || {wanted}", hint=_mend(fact))
    invalid = say("index {index} is there already, but invalid, and this script did not begin it", index=fact.name)
    yield from when(f"NOT found_valid AND NOT ({left})", invalid, hint=_mend(fact))
    if not fact.if_not_exists:
        there = say("there is an index {index} already, and this script did not make it", index=fact.name)
        yield from when(f"found_valid AND NOT ({began})", there, hint=_mend(fact))
    yield "  PERFORM set_config('sqlgen.part',"
    yield "    CASE found_valid WHEN true THEN 'done' WHEN false THEN 'again' ELSE 'run' END, false);"


def proof(fact: CreateIndex | DropIndex, number: int) -> Iterator[str]:
    """plpgsql that refuses to go on over an index that is missing or invalid, or not gone."""
    if isinstance(fact, DropIndex):
        stays = say("index {index} is still there, step {number} is not stamped", index=fact.index, number=number)
        yield from when(f"to_regclass({quoted(name(fact))}) IS NOT NULL", stays)
    else:
        missing = say(
            "index {index} is missing or invalid, step {number} is not stamped", index=fact.name, number=number
        )
        found = f"indrelid = {_on(fact)} AND relname = {quoted(fact.name or '')}"
        index = f"SELECT indisvalid FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid WHERE {found}"
        yield from when(f"({index}) IS NOT TRUE", missing)


def _mend(fact: CreateIndex) -> Message:
    return say(
        "Look at it: SELECT pg_get_indexdef('{index}'::regclass). Drop it (DROP INDEX CONCURRENTLY) or rename it when "
        "nobody else needs it or is building it, then run this script again.",
        index=name(fact).replace("'", "''"),
    )


def definition(fact: CreateIndex) -> str:
    """What of it the catalogs can confirm, in the words of `_look`: `btree unique (a, b desc, ?, include c) where`.
    An expression is `?`: the server writes it in its own way."""
    parts = [
        "?" if part is not None and part.expression else column + (" desc" if part and part.descending else "")
        for column, part in zip(fact.columns, fact.parts or (None,) * len(fact.columns), strict=True)
    ]
    words = [
        fact.method or "btree",
        *(["unique"] if fact.unique else []),
        f"({', '.join([*parts, *(f'include {column}' for column in fact.include)])})",
        *(["where"] if fact.where is not None else []),
    ]
    return " ".join(words)


def _look(fact: CreateIndex) -> Iterator[str]:
    """plpgsql that reads what stands under the index's name in its table's schema: NULL for nothing. indnkeyatts came
    with PostgreSQL 11; indoption 1 is DESC."""
    yield "  SELECT coalesce(concat_ws(' ', amname, CASE WHEN indisunique THEN 'unique' END, ("
    yield "      SELECT '(' || string_agg(CASE WHEN place > coalesce((to_jsonb(i) ->> 'indnkeyatts')::int, indnatts)"
    yield "        THEN 'include ' ELSE '' END || coalesce(attname || CASE indoption[place - 1] & 1 WHEN 1 THEN ' desc'"
    yield "        ELSE '' END, '?'), ', ' ORDER BY place) || ')'"
    yield "      FROM unnest(indkey::int2[]) WITH ORDINALITY AS k (num, place)"
    yield "      LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = num AND num > 0),"
    yield "    CASE WHEN indpred IS NOT NULL THEN 'where' END,"
    yield "    CASE WHEN indrelid <> t.oid THEN 'on ' || indrelid::regclass END), ''),"
    yield "    coalesce(indisvalid, false)"
    yield "  INTO found_index, found_valid FROM pg_class AS t JOIN pg_class AS c USING (relnamespace)"
    yield "    LEFT JOIN pg_index AS i ON indexrelid = c.oid LEFT JOIN pg_am AS am ON am.oid = c.relam"
    yield f"  WHERE t.oid = {_on(fact)} AND c.relname = {quoted(fact.name or '')};"


def _on(fact: CreateIndex) -> str:
    return f"to_regclass({quoted(named(fact.table.name, fact.table.schema))})"
