"""The sources in, the catalogues of sqlgen/locale out: what is said, what of it is translated, and the .mo of that.

    python tools/messages.py            write them anew; say what has no translation, and then exit with 1

Domain `sqlgen` has the templates of say(…) in sqlgen/ and rules/, and the docstrings that `--help` shows; `pages` has
the texts of the standard rules' pages. What is not said any more goes; what is new is there, empty.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from sqlgen.cli.help import paragraphs
from sqlgen.lint.page_texts import texts
from sqlgen.lint.pages import pages

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "sqlgen" / "locale" / "zh_CN" / "LC_MESSAGES"
DOMAINS = ("sqlgen", "pages")
ALONE = "sqlgen/bundle/verify.py"
"""Runs by itself, too, and in English then: what it says by a name is only said there."""

Said = dict[str, list[str]]
"""Text → the files that have it, sorted."""


def said(domain: str) -> Said:
    """All texts of a domain, by file and then in the order of the file."""
    found: Said = {}
    for text, file in _templates() if domain == "sqlgen" else _pages():
        files = found.setdefault(text, [])
        if file not in files:
            files.append(file)
    return found


def _templates() -> Iterator[tuple[str, str]]:
    paths = (path for folder in ("sqlgen", "rules") for path in (ROOT / folder).rglob("*.py"))
    for name in sorted(path.relative_to(ROOT).as_posix() for path in paths):
        tree = ast.parse((ROOT / name).read_bytes(), name)
        for node in _in_order(tree):
            if isinstance(node, ast.Call) and _called(node) == "say":
                match node.args:
                    case [ast.Constant(value=str(text))]:
                        if text:
                            yield text, name
                    case _ if name != ALONE:
                        raise SystemExit(f"{name}:{node.lineno}: say() needs a text that stands there")
            elif isinstance(node, ast.FunctionDef) and name.startswith("sqlgen/cli/") and _is_command(node):
                for text in paragraphs(ast.get_docstring(node, clean=False) or ""):
                    yield text, name


def _in_order(tree: ast.AST) -> list[ast.AST]:
    found = [node for node in ast.walk(tree) if isinstance(node, (ast.Call, ast.FunctionDef))]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))  # type: ignore[attr-defined]


def _called(node: ast.Call) -> str | None:
    return node.func.id if isinstance(node.func, ast.Name) else None


def _is_command(node: ast.FunctionDef) -> bool:
    decorators = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    return node.name == "command" or any(
        isinstance(each, ast.Attribute) and each.attr == "command" for each in decorators
    )


def _pages() -> Iterator[tuple[str, str]]:
    for page in pages(("standard",), ROOT):
        for text in texts(page):
            yield text, f"rules/{page.name.removeprefix('standard/')}"


# ---- catalogues


class _Catalog(Catalog):
    """Without dates and names: the same bytes for the same texts."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:  # type: ignore[override]
        return [
            ("Language", "zh_CN"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def catalogue(texts: Said, translations: Mapping[str, str]) -> Catalog:
    """A catalogue of these texts; empty is what nobody has translated."""
    made = _Catalog(locale="zh_CN", header_comment="", charset="utf-8", fuzzy=False)
    for text, files in texts.items():
        made.add(text, translations.get(text, ""), locations=[(file, None) for file in files])  # type: ignore[list-item]
    return made


def translations(domain: str) -> dict[str, str]:
    """What is translated by now. Nothing, where there is no catalogue yet."""
    path = LOCALE / f"{domain}.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(each.id): str(each.string) for each in read_po(file) if each.id and each.string and not each.fuzzy}


def po(catalog: Catalog) -> bytes:
    """The file that people edit."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, include_lineno=False)
    return out.getvalue()


def mo(catalog: Catalog) -> bytes:
    """The file that programs read: what has a translation."""
    only = _Catalog(locale="zh_CN", header_comment="", charset="utf-8", fuzzy=False)
    for each in catalog:
        if each.id and each.string:
            only.add(each.id, each.string)
    out = io.BytesIO()
    write_mo(out, only)
    return out.getvalue()


def main() -> int:
    LOCALE.mkdir(parents=True, exist_ok=True)
    missing = 0
    for domain in DOMAINS:
        made = catalogue(said(domain), translations(domain))
        (LOCALE / f"{domain}.po").write_bytes(po(made))
        (LOCALE / f"{domain}.mo").write_bytes(mo(made))
        for each in made:
            if each.id and not each.string:
                missing += 1
                sys.stdout.write(f"{each.locations[0][0]}: {each.id!r}\n")
    sys.stdout.write(f"without a translation: {missing}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
