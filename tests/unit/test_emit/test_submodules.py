"""A submodule that only another revision file imports is there, as when Alembic imports them all first."""

from __future__ import annotations

from typing import Any

SHOP = {
    "shop/__init__": "",
    "shop/models/__init__": (
        "def __getattr__(name):\n    if name == 'answer':\n        return 42\n    raise AttributeError(name)\n"
    ),
    "shop/models/types": "import sqlalchemy as sa\nNote = sa.String(7)\n",
}


def _shop(project: Any, files: dict[str, str] = SHOP) -> None:
    project.ini.write_text(project.ini.read_text() + "prepend_sys_path = %(here)s\n")
    for name, text in files.items():
        path = project.root / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    project.revision("a1", top="import shop.models.types\n")


def test_another_file_would_have_imported_it(project: Any) -> None:
    _shop(project)
    body = "op.add_column('t', sa.Column('a', shop.models.types.Note))\nassert shop.models.answer == 42"
    project.revision("b2", body, top="import shop.models\n")
    (rendered,) = project.render(moves=[("b2", "upgrade")], start=("a1",), rows=[("b2",)]).revisions
    assert rendered.failure is None
    assert [each.sql for each in rendered.statements] == ["ALTER TABLE t ADD COLUMN a VARCHAR(7)"]


def test_packages_that_import_their_parts_when_asked_have_submodules_too(project: Any) -> None:
    """As prefect's do: the inner packages are imported while the revision runs."""
    lazy = "import importlib\ndef __getattr__(name):\n    try:\n"
    lazy += "        return importlib.import_module(f'{__name__}.{name}')\n"
    lazy += "    except ModuleNotFoundError:\n        raise AttributeError(name) from None\n"
    files = {"lazy/__init__": lazy, "lazy/inner/__init__": lazy, "lazy/inner/most/__init__": ""}
    _shop(project, {**SHOP, **files, "lazy/inner/most/types": SHOP["shop/models/types"]})
    body = "op.add_column('t', sa.Column('a', lazy.inner.most.types.Note))"
    project.revision("b2", body, top="import lazy\n")
    (rendered,) = project.render(moves=[("b2", "upgrade")], start=("a1",), rows=[("b2",)]).revisions
    assert rendered.failure is None
    assert [each.sql for each in rendered.statements] == ["ALTER TABLE t ADD COLUMN a VARCHAR(7)"]


def test_what_is_nowhere_is_missing(project: Any) -> None:
    _shop(project)
    project.revision("b2", "shop.models.nowhere", top="import shop.models\n")
    (rendered,) = project.render(moves=[("b2", "upgrade")], start=("a1",), rows=[("b2",)]).revisions
    assert rendered.failure is not None
    assert str(rendered.failure.reason) == "AttributeError: module 'shop.models' has no attribute 'nowhere'"
