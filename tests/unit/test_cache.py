"""Where entries are kept, and how many."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from sqlgen import cache
from sqlgen.emit.replay import Start
from sqlgen.emit.trace import Inputs
from sqlgen.facts.vocabulary import Column, CreateTable, Name
from sqlgen.schema import Schema


def start(table: str) -> Start:
    schema = Schema("postgresql")
    schema.apply(CreateTable(Name(table), (Column("id", "INTEGER"),)))
    return Start(schema, ("CREATE TABLE a (b)",))


def test_an_entry_comes_back_with_all_that_it_held(tmp_path: Path) -> None:
    store = cache.Cache(tmp_path)
    store.save("k", ("r",), start("t"), Inputs((), ("HOME",)), {"HOME": "/a"}, known=(), since=0)
    found = store.load("k", ("r",), {"HOME": "/a"})
    assert found is not None
    assert found[0].schema.table(Name("t")) == start("t").schema.table(Name("t"))
    assert found[0].sql == ("CREATE TABLE a (b)",)
    assert found[1] == Inputs((), ("HOME",))
    assert store.load("k", ("r",), {"HOME": "/b"}) is None
    assert store.load("k", ("other",), {"HOME": "/a"}) is None
    assert store.load("other", ("r",), {"HOME": "/a"}) is None


def test_what_changed_since_the_run_began_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "env.py"
    file.write_text("")
    store = cache.Cache(tmp_path)
    began = file.stat().st_mtime
    store.save("k", (), start("t"), Inputs((str(file),), ()), {}, known=(), since=began)
    assert store.load("k", (), {}) is None
    store.save("k", (), start("t"), Inputs((str(file),), ()), {}, known=(), since=began + 1)
    assert store.load("k", (), {}) is not None
    file.unlink()
    assert store.load("k", (), {}) is None


def test_all_variables_count_when_somebody_lists_them(tmp_path: Path) -> None:
    store = cache.Cache(tmp_path)
    store.save("k", (), start("t"), Inputs((), ("*",)), {"A": "1"}, known=(), since=0)
    assert store.load("k", (), {"A": "1"}) is not None
    assert store.load("k", (), {"A": "1", "B": "2"}) is None


def test_those_that_were_used_last_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 3)
    store = cache.Cache(tmp_path)
    (tmp_path / "of_others.json").write_text("")
    for number in range(3):
        store.save(f"k{number}", (), start("t"), Inputs((), ()), {}, known=(), since=0)
        os.utime(tmp_path / f"schema-k{number}.json", (number, number))
    assert store.load("k0", (), {}) is not None  # now the one that was used last
    store.save("k3", (), start("t"), Inputs((), ()), {}, known=(), since=0)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "of_others.json",
        "schema-k0.json",
        "schema-k2.json",
        "schema-k3.json",
    ]


def test_the_folder_is_the_users_own(tmp_path: Path) -> None:
    def folder(**environ: str) -> Path | None:
        found = cache.open_cache(environ)
        return None if found is None else found.folder

    assert folder(SQLGEN_CACHE="off", HOME=str(tmp_path)) is None
    assert folder(SQLGEN_CACHE=str(tmp_path / "named"), HOME=str(tmp_path)) == tmp_path / "named"
    assert folder(XDG_CACHE_HOME=str(tmp_path / "xdg"), HOME=str(tmp_path)) == tmp_path / "xdg" / "sqlgen"
    if sys.platform == "linux":
        assert folder(HOME=str(tmp_path)) == tmp_path / ".cache" / "sqlgen"
        assert folder(XDG_CACHE_HOME="relative", HOME=str(tmp_path)) == tmp_path / ".cache" / "sqlgen"
        assert folder() is None
    file = tmp_path / "file"
    file.write_text("")
    assert folder(SQLGEN_CACHE=str(file / "below")) is None


def test_the_key_holds_every_file_and_its_place(tmp_path: Path) -> None:
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text("1")
    two.write_text("2")
    keys = cache.keys("about", [("a", one), ("b", two)])
    assert cache.keys("about", [("a", one)]) == keys[:2]
    assert len({*keys, *cache.keys("other", [("a", one), ("b", two)]), *cache.keys("about", [("b", two)])}) == 3 + 3 + 1
    two.write_text("3")
    changed = cache.keys("about", [("a", one), ("b", two)])
    assert [before == after for before, after in zip(keys, changed, strict=True)] == [True, True, False]
