"""Hotfixes: SQL by hand, as a bundle, and as the revision that brings it into the history."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from sqlgen import pipeline
from sqlgen.building.hotfix import escaped, revision_file
from sqlgen.bundle.manifest import Hotfix
from sqlgen.history.ranges import between
from sqlgen.segments import Step
from sqlgen.settings import Request
from sqlgen.steps import written
from sqlgen.workspace import open_workspace
from tests.unit.building import commit, contents, manifest, project, review, revision, sqlgen, write

DIALECTS = ("postgresql", "mysql", "mariadb", "sqlite")

# ---- the law: the revision file renders the statements of the hotfix

_WORDS = st.sampled_from(
    [
        *(
            "'",
            '"',
            "\\",
            ":name",
            "::",
            ":",
            "%",
            "%%",
            "%(x)s",
            "%s",
            '"""',
            "'''",
            "$$",
            "$1",
            "{x}",
            "{{",
            "\n",
            "\t",
        ),
        *(
            "书",
            "é",
            "\U0001f4da",
            "\u00a0",
            "\\n",
            "\\'",
            "\\\\",
            "--",
            "/*",
            "*/",
            ";",
            "a",
            "Z",
            "_",
            "0",
            " ",
            "#",
            "r",
        ),
        *("@>", "?"),
    ]
)
_TEXT = st.lists(_WORDS, max_size=8).map("".join)


def _quoted(text: str, dialect: str) -> str:
    if dialect in ("mysql", "mariadb"):
        text = text.replace("\\", "\\\\")
    return "'" + text.replace("'", "''") + "'"


def _statements(dialect: str) -> st.SearchStrategy[str]:
    line = _TEXT.map(lambda text: "-- " + text.replace("\n", " ") + "\nDELETE FROM books WHERE id = 1")
    block = _TEXT.map(lambda text: f"/* {text.replace('*/', '').replace('/*', '')} */ DELETE FROM books")
    value = _TEXT.map(lambda text: f"INSERT INTO books (title) VALUES ({_quoted(text, dialect)})")
    named = st.tuples(_WORDS, _WORDS).map(lambda two: two[0] + two[1])
    known = {
        "postgresql": [
            "SELECT '1'::text, a.b[1:2] FROM a WHERE c @> '{}'::jsonb",
            'DO $$ BEGIN RAISE NOTICE \'x: % :y """ \\\'; END $$',
            "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $body$ SELECT ':z ' || $q$;$q$ $body$",
            "CREATE INDEX CONCURRENTLY ix_books ON books (title)",
            "DROP INDEX CONCURRENTLY ix_books",
            "VACUUM books",
            "SELECT E'\\n\\'', U&'\\0041'",
            "-- sqlgen: allow drop-table because nobody reads it\nDROP TABLE tags",
            'ALTER TABLE "Bücher" ADD COLUMN ":x" INTEGER',
        ],
        "mysql": [
            "UPDATE books SET title = 'it\\'s :x'",
            'INSERT INTO `a:b` VALUES ("%s")',
            "/*! SET @x = ':y' */",
            '# a comment: % """ \\\nDELETE FROM books',
        ],
        "sqlite": [
            "CREATE TRIGGER t AFTER INSERT ON books BEGIN DELETE FROM tags WHERE a = ':b'; SELECT 1; END",
            "INSERT INTO [a:b] VALUES (x'00')",
        ],
    }
    names = named.map(lambda name: _name(name, dialect)).map(lambda name: f"DROP TABLE {name}")
    return st.one_of(line, block, value, names, st.sampled_from(known["mysql" if dialect == "mariadb" else dialect]))


def _name(text: str, dialect: str) -> str:
    mark = "`" if dialect in ("mysql", "mariadb") else '"'
    return mark + "".join(char for char in text if char.isprintable()).replace(mark, mark + mark) + "x" + mark


def _emitted(folder: Path, dialect: str, steps: list[tuple[Step, Step]]) -> list[Step]:
    """What a history of the revision files of these hotfixes renders: the ways there, then the ways back."""
    shop = project(folder, dialect=dialect, revisions={"a1": ("pass", "pass")})
    for there, back in steps:
        write(
            shop / f"migrations/versions/{there.revision}.py",
            revision_file(there, back, transactional=dialect == "postgresql"),
        )
    workspace = open_workspace(Request(project=shop))
    there = between(workspace.graph, ("a1",), (steps[-1][0].revision,))
    back = between(workspace.graph, ("a1",), (steps[-1][0].revision,), down=True)
    return list(pipeline.emit(workspace, (*there.steps, *back.steps)).steps)


def _hotfixes(dialect: str, scripts: list[tuple[str, str]]) -> list[tuple[Step, Step]]:
    transaction = 1 if dialect == "postgresql" else None
    made = []
    for number, (sql, back) in enumerate(scripts):
        before, after = (f"h{number - 1}" if number else "a1",), (f"h{number}",)
        made.append(
            (
                Step(after[0], "it's \"it\" \\ '''", "upgrade", before, after, "hotfix/x.sql",
                     tuple(written(sql, "hotfix/x.sql", dialect, transaction))),
                Step(after[0], "", "downgrade", after, before, "hotfix/y.sql",
                     tuple(written(back, "hotfix/y.sql", dialect, transaction))),
            )
        )  # fmt: skip
    return made


@pytest.mark.parametrize("dialect", DIALECTS)
# Each example is a history that a worker renders: to shrink one takes minutes, and the message has the one statement.
@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(data=st.data())
def test_the_revision_file_of_a_hotfix_renders_its_statements_in_both_directions(
    dialect: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    script = st.lists(_statements(dialect), min_size=1, max_size=4).map(lambda several: ";\n".join(several) + ";\n")
    scripts = data.draw(st.lists(st.tuples(script, script), min_size=20, max_size=40))
    hotfixes = _hotfixes(dialect, scripts)
    rendered = _emitted(tmp_path_factory.mktemp("law"), dialect, hotfixes)
    written_by_hand = {(step.revision, step.direction): step for both in hotfixes for step in both}
    for step in rendered:
        mine = written_by_hand[step.revision, step.direction]
        assert step.gap is None, (step.gap, mine.items)
        assert [item.sql for item in step.items] == [item.sql for item in mine.items]
        assert [item.transaction is None for item in step.items] == [item.transaction is None for item in mine.items]


@pytest.mark.parametrize(
    ("bind", "escape"),
    [
        (r"(?<![:\w\$\x5c]):([\w\$]+)(?![:\w\$])", r"\x5c(:[\w\$]*)(?![:\w\$])"),  # SQLAlchemy 1.4 and 2.0
        (r"(?<![:\w\x5c]):(\w+)(?![:\w])", r"\x5c(:\w*)(?![:\w])"),  # 2.1
    ],
)
@given(sql=st.lists(st.sampled_from([":", "::", "\\", "a", "b1", "$", "$$", " ", "'", "书"]), max_size=12).map("".join))
def test_what_op_execute_gets_is_no_parameter_to_any_sqlalchemy(bind: str, escape: str, sql: str) -> None:
    assume(not re.search(r":\w*\$[\w$]*:", sql))  # 2.0 and 2.1 differ on it, so no spelling serves both
    text = escaped(sql)
    assert re.search(bind, text) is None
    assert re.sub(escape, r"\1", text) == sql


# ---- the command


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project in git, and beside it the hotfix."""
    folder = project(tmp_path / "shop", dialect="postgresql")
    commit(folder)
    write(tmp_path / "fix.sql", "-- Seven was booked twice\nUPDATE books SET id = 8 WHERE id = 7;\n")
    write(tmp_path / "undo.sql", "UPDATE books SET id = 7 WHERE id = 8;\n")
    return folder


FIX = ("bundle", "--sql", "../fix.sql", "--at", "b2", "--env", "prod")


def test_a_hotfix_is_a_bundle_with_the_revision_that_brings_it_into_the_history(shop: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = sqlgen(*FIX, "--rollback", "../undo.sql", "--revision", "seven", "-o", out, cwd=shop)
    assert (done.code, done.err.splitlines()[0]) == (0, f"bundle {out}")
    about = manifest(out)
    assert about.hotfix == Hotfix(("b2",), "seven", "hotfix/fix.sql", "hotfix/undo.sql")
    assert (about.lower, about.upper) == (("b2",), ("seven",))
    assert [(each.id, each.file, each.blob) for each in about.revisions] == [("seven", "hotfix/revision.py", None)]
    assert about.revisions[0].sha256 == hashlib.sha256(contents(out)["hotfix/revision.py"]).hexdigest()
    assert contents(out)["hotfix/fix.sql"] == (tmp_path / "fix.sql").read_bytes()
    rows = [(row.name, row.text) for row in review(out).about.rows]
    assert rows == [("hotfix", "SQL by hand, outside of the history: hotfix/fix.sql")]
    # In the history, it is the same content.
    (shop / "migrations/versions/seven.py").write_bytes((out / "hotfix/revision.py").read_bytes())
    commit(shop)
    assert sqlgen("bundle", "b2:seven", "--env", "prod", "--allow-heads", "-o", tmp_path / "again", cwd=shop).code == 0
    assert manifest(tmp_path / "again").content_id == about.content_id


def test_a_hotfix_has_a_name_of_its_own_that_follows_from_its_text(shop: Path, tmp_path: Path) -> None:
    assert sqlgen(*FIX, "-o", tmp_path / "one", cwd=shop).code == 0
    assert sqlgen(*FIX, "-o", tmp_path / "two", cwd=shop).code == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    [name] = manifest(tmp_path / "one").upper
    assert re.fullmatch(r"hotfix_[0-9a-f]{12}", name)
    write(tmp_path / "fix.sql", "UPDATE books SET id = 9 WHERE id = 7;\n")
    assert sqlgen(*FIX, "-o", tmp_path / "three", cwd=shop).code == 0
    assert manifest(tmp_path / "three").upper != (name,)


def test_a_hotfix_without_a_way_back_says_so(shop: Path, tmp_path: Path) -> None:
    assert sqlgen(*FIX, "-o", tmp_path / "out", cwd=shop).code == 0
    files = contents(tmp_path / "out")
    assert "rollback.sql" not in files
    assert "no way back was written for this hotfix (--rollback FILE)" in files["no-rollback.md"].decode()
    assert "raise NotImplementedError('no way back was written for this hotfix" in files["hotfix/revision.py"].decode()


def test_a_hotfix_in_crlf_with_a_byte_order_mark_is_the_same_bundle(shop: Path, tmp_path: Path) -> None:
    assert sqlgen(*FIX, "-o", tmp_path / "one", cwd=shop).code == 0
    text = (tmp_path / "fix.sql").read_bytes()
    (tmp_path / "fix.sql").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert sqlgen(*FIX, "-o", tmp_path / "two", cwd=shop).code == 0
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_the_place_may_be_the_beginning_of_an_id_or_several_heads(shop: Path, tmp_path: Path) -> None:
    write(shop / "migrations/versions/d4.py", revision("d4", "b2", "pass", "pass"))
    commit(shop)
    assert sqlgen(*FIX[:3], "--at", "b", "--env", "prod", "-o", tmp_path / "one", cwd=shop).code == 0
    assert manifest(tmp_path / "one").lower == ("b2",)
    assert sqlgen(*FIX[:3], "--at", "heads", "--env", "prod", "-o", tmp_path / "two", cwd=shop).code == 0
    assert manifest(tmp_path / "two").lower == ("c3", "d4")
    assert "down_revision = ('c3', 'd4')" in contents(tmp_path / "two")["hotfix/revision.py"].decode()


def test_what_lint_says_of_a_revision_it_says_of_a_hotfix(shop: Path, tmp_path: Path) -> None:
    write(tmp_path / "fix.sql", "DROP TABLE books;\n")
    done = sqlgen(*FIX, "-o", tmp_path / "out", cwd=shop)
    assert done.code == 1
    assert "hotfix/fix.sql:1:1: error drop-table" in done.out
    assert "no bundle was built: findings at or above error stand open" in done.err
    assert not (tmp_path / "out").exists()
    write(tmp_path / "fix.sql", '-- sqlgen: allow drop-table because "nobody reads it"\nDROP TABLE books;\n')
    assert sqlgen(*FIX, "-o", tmp_path / "out", cwd=shop).code == 0
    assert [(each.rule, each.where) for each in manifest(tmp_path / "out").allowances] == [
        ("drop-table", "hotfix/fix.sql:1")
    ]


@pytest.mark.parametrize("text", ["SELECT 1;\n\\! ls\n", "SELECT 1;\n\\! ls\nSELECT 2;\n"])
def test_a_command_to_the_client_is_never_left_out_in_silence(shop: Path, tmp_path: Path, text: str) -> None:
    write(tmp_path / "fix.sql", text)
    done = sqlgen(*FIX, "--fail-on", "never", "-o", tmp_path / "out", cwd=shop)
    assert done.code == 2
    assert "error: ../fix.sql:2: this line is a command to the client: \\! ls" in done.err


@pytest.mark.parametrize(
    ("data", "arguments", "reason"),
    [
        (b"", (), "../fix.sql holds no statement"),
        (b"-- only a comment\n", (), "../fix.sql holds no statement"),
        (b"SELECT '\xe9';\n", (), "../fix.sql is not UTF-8"),
        (b"SELECT 'a\rb';\n", (), "holds the control character U+000D"),
        (None, (), "../fix.sql can't be read: No such file or directory"),
        (b"SELECT 1;\n", ("--at", "zz"), "there is no revision zz"),
        (b"SELECT 1;\n", ("--at", "v1.4"), "there is no revision v1.4\nhint: --at takes a revision id, and v1.4 looks"),
        (b"SELECT 1;\n", ("--at", "base"), "a hotfix for an empty database is none"),
        (b"SELECT 1;\n", ("--revision", "c3"), "the history has a revision c3 already"),
        (b"SELECT 1;\n", ("--revision", "x" * 33), "can't be the hotfix's revision id"),
        (b"SELECT 1;\n", ("--revision", "a@b"), "can't be the hotfix's revision id"),
        (b"SELECT 1;\n", ("--rollback", "back/fix.sql"), "have the same name in the bundle: hotfix/fix.sql"),
        (b"SELECT 1;\n", ("--rollback", "../书.sql"), "a bundle can't hold a SQL file named 书.sql"),
        (b"SELECT 1;\n", ("--expires", "2025-01-01"), "is over before the commit was made"),
        (b"SELECT 1;\n", ("b2:head",), "it is not said what the bundle is made of"),
    ],
)
def test_a_hotfix_that_can_not_be_is_refused_with_its_reason(
    shop: Path, tmp_path: Path, data: bytes | None, arguments: tuple[str, ...], reason: str
) -> None:
    write(shop / "back/fix.sql", "SELECT 2;\n")
    (tmp_path / "fix.sql").unlink() if data is None else (tmp_path / "fix.sql").write_bytes(data)
    done = sqlgen(*FIX, *arguments, "--fail-on", "never", "-o", tmp_path / "out", cwd=shop)
    assert done.code == 2
    assert reason in done.err
    assert "hint: " in done.err
    assert not (tmp_path / "out").exists()


def test_a_file_with_a_name_that_no_bundle_may_hold_is_renamed_only_as_far_as_that_is_harmless(
    shop: Path, tmp_path: Path
) -> None:
    (tmp_path / "fix.sql").rename(tmp_path / "Fix Seven.SQL")
    arguments = ("bundle", "--sql", "../Fix Seven.SQL", "--at", "b2", "--env", "prod", "-o", tmp_path / "out")
    assert sqlgen(*arguments, cwd=shop).code == 0
    hotfix = manifest(tmp_path / "out").hotfix
    assert hotfix is not None
    assert hotfix.file == "hotfix/fix-seven.sql"
