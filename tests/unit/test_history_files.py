"""Revision files are read as Alembic reads them, and never run."""

from __future__ import annotations

import ast
import os
import textwrap
from pathlib import Path

import pytest

from sqlgen.errors import HistoryError
from sqlgen.history import Revision, read
from sqlgen.history.constants import assigned
from sqlgen.history.files import read_file
from sqlgen.project import find


def revision(tmp_path: Path, text: str, name: str = "a_.py") -> Revision:
    path = tmp_path / name
    path.write_text(textwrap.dedent(text))
    return read_file(str(path), f"versions/{name}", {})


def refusal(tmp_path: Path, text: str, name: str = "a_.py") -> HistoryError:
    with pytest.raises(HistoryError) as caught:
        revision(tmp_path, text, name)
    assert str(caught.value.hint)
    return caught.value


def project(tmp_path: Path, options: str = "") -> Path:
    """An Alembic project without revisions; gives the versions folder."""
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (tmp_path / "migrations" / "env.py").write_text("raise SystemExit('env.py was run')\n")
    (tmp_path / "alembic.ini").write_text(f"[alembic]\nscript_location = %(here)s/migrations\n{options}\n")
    return versions


def put(folder: Path, name: str, id: str, down: str | None = None) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"revision = {id!r}\ndown_revision = {down!r}\n")


def test_a_file_that_alembic_wrote_is_read(tmp_path: Path) -> None:
    found = revision(
        tmp_path,
        '''
        """add users

        Revision ID: 1975ea83b712
        Revises: ae1027a6acf0
        """
        from typing import Sequence, Union

        from alembic import op

        # revision identifiers, used by Alembic.
        revision: str = '1975ea83b712'
        down_revision: Union[str, Sequence[str], None] = 'ae1027a6acf0'
        branch_labels: Union[str, Sequence[str], None] = ('accounts',)
        depends_on: Union[str, Sequence[str], None] = None

        def upgrade() -> None:
            raise SystemExit
        ''',
    )
    assert found == Revision(
        id="1975ea83b712",
        down=("ae1027a6acf0",),
        depends_on=(),
        labels=("accounts",),
        message="add users",
        absolute=str(tmp_path / "a_.py"),
        file="versions/a_.py",
        line=12,
        down_line=13,
        depends_line=15,
    )


@pytest.mark.parametrize(
    ("written", "down"),
    [
        ("None", ()),
        ("()", ()),
        ("[]", ()),
        ("'b'", ("b",)),
        ("('b', 'c')", ("b", "c")),
        ("['c', 'b', 'c']", ("c", "b")),
        ("{'c', 'b'}", ("b", "c")),
        ("PREFIX + '2'", ("shop_2",)),
        ("f'{PREFIX}3'", ("shop_3",)),
        ("(PREFIX + '1',) + ('b',)", ("shop_1", "b")),
        ("parent", ("b",)),
    ],
)
def test_constants_are_folded(tmp_path: Path, written: str, down: tuple[str, ...]) -> None:
    text = f"PREFIX = 'shop_'\n_, parent = 1, 'b'\nrevision = PREFIX + 'a'\ndown_revision = {written}\n"
    found = revision(tmp_path, text)
    assert (found.id, found.down) == ("shop_a", down)


def test_the_last_assignment_counts(tmp_path: Path) -> None:
    found = revision(tmp_path, "revision = 'a'\ndown_revision = 'b'\ndown_revision = None\ndown_revision: str\n")
    assert (found.down, found.down_line) == ((), 3)


def test_added_values_are_folded(tmp_path: Path) -> None:
    found = revision(tmp_path, "revision = 'a'\ndown_revision = ('b',)\ndown_revision += ('c',)\n")
    assert found.down == ("b", "c")


@pytest.mark.parametrize(
    ("line", "name", "at"),
    [
        ("down_revision = find_parent()", "down_revision", 2),
        ("down_revision = 7", "down_revision", 2),
        ("down_revision = ('b', None)", "down_revision", 2),
        ("down_revision = ''", "down_revision", 2),
        ("from settings import down_revision", "down_revision", 2),
        ("if PRODUCTION:\n    down_revision = 'b'\nelse:\n    down_revision = 'c'", "down_revision", 5),
        ("down_revision = None\ndepends_on = [x for x in 'ab']", "depends_on", 3),
        ("down_revision = None\ndepends_on = f'{NAME!r}'", "depends_on", 3),
        ("down_revision = None\nbranch_labels = 7", "branch_labels", 3),
        ("down_revision = None\ndef depends_on(): pass", "depends_on", 3),
        ("down_revision = None\nrevision = uuid4().hex", "revision", 3),
        ("down_revision = None\nrevision = None", "revision", 3),
        ("down_revision, other = something", "down_revision", 2),
    ],
)
def test_a_computed_value_is_refused_where_it_stands(tmp_path: Path, line: str, name: str, at: int) -> None:
    error = refusal(tmp_path, f"revision = 'a'\n{line}\n")
    assert str(error) == f"versions/a_.py:{at}: the value of {name} can't be read without running the file"
    assert "Write" in str(error.hint)


def test_computed_labels_are_left_unread_since_ids_suffice(tmp_path: Path) -> None:
    found = revision(tmp_path, "revision = 'a'\ndown_revision = None\nbranch_labels = ('x', settings.BRANCH)\n")
    assert (found.labels, found.unread_labels) == ((), 3)


def test_a_file_without_revision_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, "down_revision = None\n", "helpers.py")
    assert str(error) == "versions/helpers.py:1: the file declares no revision"
    assert "move the file out of the versions folder" in str(error.hint)


def test_a_file_without_down_revision_is_refused(tmp_path: Path) -> None:
    error = refusal(tmp_path, "\nrevision = 'a'\n")
    assert str(error) == "versions/a_.py:2: the file declares no down_revision"


def test_a_file_named_after_its_id_needs_no_revision(tmp_path: Path) -> None:
    assert revision(tmp_path, "down_revision = None\n", "1975ea83b712.py").id == "1975ea83b712"


def test_a_file_that_does_not_parse_is_named_with_its_line(tmp_path: Path) -> None:
    error = refusal(tmp_path, "revision = 'a'\ndown_revision = (None\n\ndef upgrade():\n    pass\n")
    assert str(error).startswith("versions/a_.py:2: the file does not parse as Python: ")


HEAD = "revision = 'a'\ndown_revision = 'b'\n\n"


@pytest.mark.parametrize(
    "tail",
    [
        "def upgrade():\n    pass\n\ndown_revision = 'c'\n",
        "class A:\n    pass\ndown_revision: str = 'c'\n",
        "@x\ndef upgrade():\n    pass\nif True:\n    down_revision = 'c'\n",
        "def upgrade():\n    pass\nfrom base import down_revision\n",
        "def down_revision():\n    pass\n",
        "async def down_revision():\n    pass\n",
        "class down_revision:\n    pass\n",
        "def upgrade():\n    pass\n(down_revision) = 'c'\n",
        "def upgrade():\n    pass\n[down_revision] = ['c']\n",
        "def upgrade():\n    pass\n\x0cdown_revision = 'c'\n",
        'x = """\ndef upgrade():\n"""\ndown_revision = "c"\n',
        "def upgrade():\n    pass\ndel down_revision\n",
        "def upgrade():\n    pass\r\ndown_revision = 'c'\r\n",
        "def upgrade():\n    pass\rdown_revision = 'c'\r",
    ],
)
@pytest.mark.parametrize("head", [HEAD, '"""message"""\n' + HEAD])
def test_what_stands_behind_the_first_function_counts_as_well(tmp_path: Path, head: str, tail: str) -> None:
    source = (head + tail).encode()
    whole = assigned(ast.parse(source).body)["down_revision"]
    assert whole.value != "b"  # else the case tests nothing
    (tmp_path / "a_.py").write_bytes(source)
    if whole.known:
        assert read_file(str(tmp_path / "a_.py"), "a_.py", {}).down == (whole.value,)
    else:
        with pytest.raises(HistoryError, match="down_revision"):
            read_file(str(tmp_path / "a_.py"), "a_.py", {})


def test_merge_conflict_marks_do_not_parse(tmp_path: Path) -> None:
    error = refusal(tmp_path, "revision = 'a'\n<<<<<<< HEAD\ndown_revision = 'b'\n=======\n")
    assert error.line == 2


def test_utf_16_from_powershell_is_named(tmp_path: Path) -> None:
    (tmp_path / "a_.py").write_bytes("revision = 'a'\n".encode("utf-16"))
    with pytest.raises(HistoryError, match="not UTF-8 text; PowerShell's `>` writes UTF-16"):
        read_file(str(tmp_path / "a_.py"), "versions/a_.py", {})


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / "a_.py").write_bytes(b"revision = 'a'\ndown_revision = None\nname = 'caf\xe9'\n")
    with pytest.raises(HistoryError, match="does not parse as Python") as caught:
        read_file(str(tmp_path / "a_.py"), "versions/a_.py", {})
    assert caught.value.file == "versions/a_.py"


def test_a_declared_encoding_is_respected(tmp_path: Path) -> None:
    (tmp_path / "a_.py").write_bytes(
        b'# -*- coding: latin-1 -*-\n"""caf\xe9"""\nrevision = "a"\ndown_revision = None\n'
    )
    assert read_file(str(tmp_path / "a_.py"), "a_.py", {}).message == "café"


def test_an_expression_nested_too_deeply_is_an_error_not_a_crash(tmp_path: Path) -> None:
    error = refusal(tmp_path, "revision = 'a'\ndown_revision = None\nx = " + "(" * 5000 + ")" * 5000 + "\n")
    assert error.file == "versions/a_.py"


def test_a_long_sum_of_texts_is_no_trouble(tmp_path: Path) -> None:
    long = " + ".join(["'x'"] * 800)
    text = f"SQL = {long}\nif True:\n    SQL = {long}\nrevision = 'a'\ndown_revision = None\n"
    assert revision(tmp_path, text).id == "a"


@pytest.mark.parametrize("id", ["a'b", 'a"b', "a\\nb", "a;b", "a$b", "a\\u202eb", "a*b", "a`b", "a\\\\b"])
def test_an_id_that_could_break_out_of_a_script_is_refused(tmp_path: Path, id: str) -> None:
    quoted = f'"{id}"' if '"' not in id else f"'{id}'"
    error = refusal(tmp_path, f"revision = {quoted}\ndown_revision = None\n")
    assert "is not safe in a script" in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize("id", ["a-b", "a+b", "a:b", "a@b"])
def test_an_id_that_alembic_refuses_is_refused(tmp_path: Path, id: str) -> None:
    assert "Alembic refuses" in str(refusal(tmp_path, f"revision = '{id}'\ndown_revision = None\n"))


def test_unusual_ids_that_do_no_harm_are_kept(tmp_path: Path) -> None:
    assert revision(tmp_path, "revision = '2024.01 käse'\ndown_revision = None\n").id == "2024.01 käse"


def test_what_alembic_ignores_is_ignored(tmp_path: Path) -> None:
    versions = project(tmp_path)
    put(versions, "a_.py", "a")
    for name in ("__init__.py", "__init__old.py", ".#a_.py", "README", "a_.pyc", "b_.py.orig"):
        (versions / name).write_text("not Python at all (")
    put(versions / "archive", "b_.py", "b", "a")
    put(versions / "__pycache__", "c_.py", "c", "a")
    graph = read(find(tmp_path))
    assert [(each.id, each.file) for each in graph.revisions] == [("a", "migrations/versions/a_.py")]


def test_folders_inside_are_read_when_the_project_says_so(tmp_path: Path) -> None:
    versions = project(tmp_path, "recursive_version_locations = true")
    put(versions / "2024", "a_.py", "a")
    put(versions / "2023", "b_.py", "b", "a")
    put(versions / "2023" / "__pycache__", "c_.py", "c", "a")
    put(versions, "z_.py", "z", "b")
    graph = read(find(tmp_path))
    assert [each.file.removeprefix("migrations/versions/") for each in graph.revisions] == [
        "z_.py",
        "2023/b_.py",
        "2024/a_.py",
    ]


def test_a_compiled_revision_without_source_is_refused_only_when_alembic_would_load_it(tmp_path: Path) -> None:
    versions = project(tmp_path)
    put(versions, "a_.py", "a")
    (versions / "b_.pyc").write_bytes(b"")
    (versions / "__pycache__").mkdir()
    (versions / "__pycache__" / "a_.cpython-311.pyc").write_bytes(b"")
    assert len(read(find(tmp_path)).revisions) == 1
    (tmp_path / "alembic.ini").write_text("[alembic]\nscript_location = migrations\nsourceless = true\n")
    with pytest.raises(HistoryError, match=r"migrations/versions/b_\.pyc: the revision is compiled"):
        read(find(tmp_path))
    (versions / "b_.pyc").unlink()
    assert len(read(find(tmp_path)).revisions) == 1
    (versions / "__pycache__" / "c_.cpython-311.pyc").write_bytes(b"")
    with pytest.raises(HistoryError, match=r"__pycache__/c_\.cpython-311\.pyc"):
        read(find(tmp_path))


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need a privilege on Windows")
def test_a_file_reached_twice_is_read_once_under_its_real_name(tmp_path: Path) -> None:
    versions = project(tmp_path)
    put(tmp_path / "shared", "a_.py", "a")
    (versions / "a_.py").symlink_to(tmp_path / "shared" / "a_.py")
    (versions / "again_.py").symlink_to(tmp_path / "shared" / "a_.py")
    (found,) = read(find(tmp_path)).revisions
    assert (found.file, found.path) == ("shared/a_.py", (tmp_path / "shared" / "a_.py").resolve())


def test_an_invalid_escape_in_a_migration_is_no_error(tmp_path: Path) -> None:
    versions = project(tmp_path)
    (versions / "a_.py").write_text("revision = 'a'\ndown_revision = None\npattern = '\\d'\n")
    assert read(find(tmp_path)).revisions[0].id == "a"


def test_a_folder_that_can_not_be_listed_is_an_error_not_an_empty_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = project(tmp_path)
    put(versions, "a1_.py", "a1")
    found = find(tmp_path)

    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)  # root may list every folder, so a mode would not do
    with pytest.raises(HistoryError, match="the folder can't be read: Permission denied") as caught:
        read(found)
    assert "version_locations" in str(caught.value.hint)
