"""A DO block in, its facts out: a Block, then what the statements inside do.

Where some of them stand behind a test and some do not, a Block stands before each stretch of either.

The body is parsed by PL/pgSQL's own parser. SQL that the block builds at run time can't be read: it is Opaque.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlgen.facts.postgresql import constants
from sqlgen.facts.postgresql.library import pb
from sqlgen.facts.postgresql.parsing import Refused, body
from sqlgen.facts.vocabulary import Block, Commit, Fact, Opaque, Rollback, Select
from sqlgen.messages import say

__all__ = ["do"]

Read = Callable[[str], tuple[Fact, ...]]
Node = dict[str, Any]


def do(node: pb.DoStmt, text: str, read: Read) -> Iterator[Fact]:
    """The facts of a DO statement. `read` reads the text of one SQL statement."""
    arguments = {item.def_elem.defname: item.def_elem.arg.string.sval for item in node.args}
    language, inside = arguments.get("language", "plpgsql"), arguments.get("as", "")
    if language != "plpgsql":
        yield Block(language, False)
        yield Opaque(say("a block in {language} is not read", language=language))
        return
    try:
        functions = body(text, inside)
    except Refused as refused:
        yield Block(language, False)
        yield Opaque(refused.reason)
        return
    walk = _Walk(read)
    for function in functions:
        walk.enter(function["PLpgSQL_function"])
        walk.statement(function["PLpgSQL_function"].get("action", {}), tested=False)
    yield from _stretches(language, walk.facts)


def _stretches(language: str, facts: list[tuple[Fact, bool]]) -> Iterator[Fact]:
    """The facts, with a Block before each stretch of those that are tested, or are not. What only asks goes along."""
    tested = next((behind for fact, behind in facts if not isinstance(fact, Select)), False)
    yield Block(language, tested)
    for fact, behind in facts:
        if behind is not tested and not isinstance(fact, Select):
            tested = behind
            yield Block(language, tested)
        yield fact


@dataclass(slots=True)
class _Walk:
    """One pass over a PL/pgSQL tree, in the order of the text."""

    read: Read
    facts: list[tuple[Fact, bool]] = field(default_factory=list)
    """Each with whether a condition stands before it."""
    names: dict[str, str] = field(default_factory=dict)
    """The variables whose text is known here."""
    datums: list[Node] = field(default_factory=list)
    rounds: int = 0
    """How often the bodies of loops were read."""

    def enter(self, function: Node) -> None:
        self.names, self.datums = constants.variables(function), function.get("datums", [])

    def statements(self, nodes: list[Node], tested: bool) -> None:
        for node in nodes:
            self.statement(node, tested)
            tested = tested or _is_exit(node)

    def statement(self, node: Node, tested: bool) -> None:
        for kind, parts in node.items():
            match kind.removeprefix("PLpgSQL_stmt_"):
                case "block":
                    self._block(parts, tested)
                case "if":
                    self._if(parts, tested)
                case "case":
                    self._case(parts, tested)
                case "while" | "fors" | "forc":
                    self._expression(parts.get("cond") or parts.get("query"))
                    self.statements(parts.get("body", []), True)
                case "dynfors":
                    self._act(self._dynamic(_query(parts.get("query"))), tested)
                    self.statements(parts.get("body", []), True)
                case "foreach_a":
                    self._foreach(parts, tested)
                case "loop" | "fori":
                    self.statements(parts.get("body", []), tested)
                case "execsql":
                    self._act(self.read(_query(parts.get("sqlstmt"))), tested)
                case "dynexecute":
                    self._act(self._dynamic(_query(parts.get("query"))), tested)
                case "perform":
                    self._expression(parts.get("expr"), always=True)
                case "call":
                    self._act(self.read(_query(parts.get("expr"))), tested)
                case "assign":
                    self._expression(parts.get("expr"))
                case "commit":
                    self._act((Commit(),), tested)
                case "rollback":
                    self._act((Rollback(),), tested)
                case "return" | "raise" | "exit" | "assert" | "getdiag" | "open" | "fetch" | "close":
                    pass
                case other:
                    self._act((Opaque(say("a PL/pgSQL statement of the kind {kind} is not read", kind=other)),), tested)

    def _block(self, parts: Node, tested: bool) -> None:
        handlers = parts.get("exceptions", {}).get("PLpgSQL_exception_block", {}).get("exc_list", [])
        # EXCEPTION WHEN duplicate_object: what fails for the reason named is caught, which is a test as well
        self.statements(parts.get("body", []), tested or bool(handlers))
        for handler in handlers:
            self.statements(handler["PLpgSQL_exception"].get("action", []), True)

    def _if(self, parts: Node, tested: bool) -> None:
        self._expression(parts.get("cond"))
        self.statements(parts.get("then_body", []), True)
        for branch in parts.get("elsif_list", []):
            self._expression(branch["PLpgSQL_if_elsif"].get("cond"))
            self.statements(branch["PLpgSQL_if_elsif"].get("stmts", []), True)
        self.statements(parts.get("else_body", []), True)

    def _foreach(self, parts: Node, tested: bool) -> None:
        """FOREACH t IN ARRAY ARRAY['a', 'b']: the body once for each, where that is not too often."""
        values = constants.array(_query(parts.get("expr")), self.names) or []
        variable = self.datums[parts.get("varno", 0)].get("PLpgSQL_var", {}).get("refname", "")
        self.rounds += len(values)
        if not values or self.rounds > _ROUNDS:
            self.statements(parts.get("body", []), tested)
            return
        outside = self.names
        for value in values:
            self.names = {**outside, variable: value}
            self.statements(parts.get("body", []), tested)
        self.names = outside

    def _case(self, parts: Node, tested: bool) -> None:
        for branch in parts.get("case_when_list", []):
            self.statements(branch["PLpgSQL_case_when"].get("stmts", []), True)
        self.statements(parts.get("else_stmts", []), True)

    def _act(self, facts: tuple[Fact, ...], tested: bool) -> None:
        self.facts += [(fact, tested) for fact in facts]

    def _expression(self, node: Node | None, always: bool = False) -> None:
        """Functions called by a condition, an assignment or PERFORM may have side effects."""
        text = _query(node)
        if not text:
            return
        _, assigns, value = text.partition(":=")
        expression = value if assigns else text
        facts = self.read(expression if expression.lstrip()[:6].upper() == "SELECT" else f"SELECT {expression}")
        self.facts += [(fact, False) for fact in facts if always or not isinstance(fact, Select) or fact.functions]

    def _dynamic(self, expression: str) -> tuple[Fact, ...]:
        """EXECUTE of a text that is always the same is read; of anything else, nobody knows before it runs."""
        text = constants.text(expression, self.names)
        if text is not None:
            return self.read(text)
        return (Opaque(say("EXECUTE builds its statement at run time: {sql}", sql=" ".join(expression.split()))),)


def _query(node: Node | None) -> str:
    return str((node or {}).get("PLpgSQL_expr", {}).get("query", ""))


def _is_exit(node: Node) -> bool:
    """IF … THEN RETURN: what comes after it runs only when the test allows it. RAISE counts from EXCEPTION up."""
    branch = node.get("PLpgSQL_stmt_if", {}).get("then_body", [])
    last = branch[-1] if branch else {}
    return "PLpgSQL_stmt_return" in last or last.get("PLpgSQL_stmt_raise", {}).get("elog_level", 0) >= _ERROR


_ROUNDS = 1000
_ERROR = 21  # src/include/utils/elog.h
