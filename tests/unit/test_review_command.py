"""`sqlgen review`: the review of a range before there is a bundle, in every format, from real projects."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sqlgen.review.document import file
from sqlgen.review.document.model import Document
from tests.unit.building import SETTINGS, Done, commit, project, sqlgen, write

URL = "https://git.example.com/shop/blob/{commit}/{path}#L{line}"
NEXT = {
    "a1": ("op.execute('CREATE TABLE books (id INTEGER PRIMARY KEY)')", "op.execute('DROP TABLE books')"),
    "b2": ("op.execute('CREATE INDEX ix_books ON books (id)')", "op.execute('DROP INDEX ix_books')"),
    "c3": ("op.execute('ALTER TABLE books ADD COLUMN note TEXT')", "op.execute('ALTER TABLE books DROP COLUMN note')"),
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project in a folder of its repository, committed."""
    folder = project(
        tmp_path / "repo/services/shop",
        dialect="postgresql",
        revisions=NEXT,
        settings=f'source_url = "{URL}"\n{SETTINGS}',
    )
    commit(tmp_path / "repo")
    return folder


def review(shop: Path, range: str, *arguments: str | Path, **environ: str) -> Done:
    return sqlgen("review", range, *arguments, cwd=shop, **environ)


def document(shop: Path, range: str, *arguments: str) -> Document:
    """What the command says, as JSON."""
    return file.read(review(shop, range, "--env", "prod", "--output-format", "json", *arguments).out)


def test_every_format_at_once_and_none_fails_for_what_is_found(shop: Path, tmp_path: Path) -> None:
    formats = [f"{name}={tmp_path / name}" for name in ("html", "markdown", "json")]
    done = review(shop, "a1:b2", "--env", "prod", *(word for each in formats for word in ("--output-format", each)),
                  "--output-format", "text")  # fmt: skip
    assert (done.code, done.err) == (0, "")
    made = file.read((tmp_path / "json").read_text(encoding="utf-8"))
    assert made.verdict.light == "red"
    assert [found.rule for found in made.findings if found.severity == "error"] == ["index-create-blocking"]
    assert [(each.number, each.sql) for each in made.statements] == [(1, "CREATE INDEX ix_books ON books (id)")]
    for text in (done.out, *((tmp_path / name).read_text(encoding="utf-8") for name in ("html", "markdown"))):
        assert made.verdict.title in text
        assert "ix_books" in text
    for name in ("html", "markdown"):
        assert "sqlgen result:" in (tmp_path / name).read_text(encoding="utf-8")  # the script, whole


def test_a_folder_gets_all_three(shop: Path, tmp_path: Path) -> None:
    done = review(shop, "a1:b2", "--env", "prod", "-o", tmp_path / "out")
    assert (done.code, done.out) == (0, "")
    assert done.err == f"{tmp_path}/out: review.html, review.md, review.json\n"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["review.html", "review.json", "review.md"]
    said = (tmp_path / "out/review.json").read_text(encoding="utf-8")
    assert said == review(shop, "a1:b2", "--env", "prod", "--output-format", "json").out
    assert sqlgen("bundle", "a1:b2", "--env", "prod", "--fail-on", "never", "-o", tmp_path / "b", cwd=shop).code == 0


def test_a_file_behind_o_is_told_how_to_get_one(shop: Path, tmp_path: Path) -> None:
    done = review(shop, "a1:b2", "-o", "review.html")
    assert (done.code, done.out) == (2, "")
    assert "-o names a folder, and review.html looks like a file" in done.err
    assert "--output-format html=review.html" in done.err
    assert not (shop / "review.html").exists()


def test_it_is_the_review_that_the_bundle_holds(shop: Path, tmp_path: Path) -> None:
    done = sqlgen("bundle", "base:head", "--env", "prod", "--fail-on", "never", "-o", tmp_path / "b", cwd=shop)
    assert done.code == 0, done.err
    held = file.read((tmp_path / "b/review.json").read_text(encoding="utf-8"))
    before = document(shop, "base:head")
    assert [step.text for step in before.guide.steps][1:] == [step.text for step in held.guide.steps][1:]
    assert "not signed" in before.guide.steps[0].text
    assert "verify.sh" in held.guide.steps[0].text
    assert replace(held, guide=before.guide) == before


def test_a_revision_that_can_not_be_rendered_is_a_gate_and_ends_with_4(shop: Path) -> None:
    write(shop / "migrations/versions/c3.py", (shop / "migrations/versions/c3.py").read_text().replace(
        "def upgrade():\n", "def upgrade():\n    raise RuntimeError('by hand')\n"))  # fmt: skip
    done = review(shop, "a1:head", "--env", "prod", "--output-format", "json")
    made = file.read(done.out)
    assert done.code == 4
    assert [each.revision for each in made.cautions if each.kind == "gate"] == ["c3"]
    assert [(each.revision, each.number) for each in made.statements] == [("b2", 1)]
    assert made.verdict.light == "red"


def test_gates_on_the_way_back_that_have_one_reason_are_one_line(shop: Path) -> None:
    for name in ("b2", "c3"):
        path = shop / f"migrations/versions/{name}.py"
        write(path, path.read_text().split("def downgrade")[0])
    made = file.read(review(shop, "a1:head", "--env", "prod", "--output-format", "json").out)
    [gate] = [each for each in made.cautions if each.kind == "gate"]
    assert gate.text == "There is no way back over c3, b2: the file has no function downgrade()"
    assert made.way_back.possible == "none"


def test_what_the_client_can_not_run_as_it_stands_is_a_gate_too(shop: Path) -> None:
    file_, index = shop / "migrations/versions/b2.py", "op.execute('CREATE INDEX"
    write(
        file_,
        file_.read_text().replace(index, f"op.execute('SELECT \\'\\x1b\\'')\n    {index}"),
    )
    done = review(shop, "base:head", "--env", "prod", "--output-format", "json")
    made = file.read(done.out)
    assert done.code == 4
    [gate] = [each for each in made.cautions if each.kind == "gate"]
    assert (gate.revision, "can't be run faithfully by psql" in gate.text) == ("b2", True)
    # findings name the statements that the script has: those of b2 stand in none
    numbers = {each.number: each.revision for each in made.statements}
    assert numbers == {1: "a1", 2: "c3"}
    for found in made.findings:
        if found.direction == "upgrade":
            assert found.statement is None or numbers[found.statement] == found.revision
    assert any(found.revision == "b2" and found.statement is None for found in made.findings)


def test_the_way_back_alone(shop: Path) -> None:
    made = document(shop, "a1:head", "--down")
    assert made.about.down_only
    assert (made.about.lower, made.about.upper) == ("c3", "a1")
    assert [each.sql for each in made.statements] == ["ALTER TABLE books DROP COLUMN note", "DROP INDEX ix_books"]
    assert made.rollback == ()
    assert {found.direction for found in made.findings} == {"downgrade"}
    assert [found.statement for found in made.findings if found.rule == "drop-column"] == [1]
    assert [(lost.revision, lost.statement) for lost in made.losses] == [("c3", 1)]
    commands = [command for step in made.guide.steps for command in step.commands]
    assert any(command.startswith("pg_dump") for command in commands)
    assert any("rollback.sql" in command for command in commands)
    assert not any("apply.sql" in command for command in commands)
    assert (made.way_back.possible, "loses" in made.way_back.title) == ("whole", True)


def test_lines_are_linked_to_the_commit_that_has_them(shop: Path) -> None:
    write(shop / "migrations/versions/c3.py", (shop / "migrations/versions/c3.py").read_text() + "\n# another\n")
    made = document(shop, "a1:head")
    urls = {each.revision: each.place.url for each in made.statements if each.place is not None}
    assert made.about.commit is not None
    file_ = "services/shop/migrations/versions/b2.py"
    assert urls["b2"] == URL.format(commit=made.about.commit, path=file_, line=10)
    assert urls["c3"] is None  # the commit has another one
    found = [each for each in made.findings if (each.revision, each.direction) == ("b2", "upgrade")]
    assert {each.place.url for each in found if each.place is not None} == {urls["b2"]}


def test_files_are_in_the_language_of_the_settings_and_the_terminal_in_its_own(shop: Path, tmp_path: Path) -> None:
    write(shop / "sqlgen.toml", f'language = "zh-CN"\n{SETTINGS}')
    formats = ("--output-format", f"html={tmp_path / 'html'}", "--output-format", "text")
    done = review(shop, "a1:b2", "--env", "prod", *formats, SQLGEN_LANGUAGE="en")
    page = (tmp_path / "html").read_text(encoding="utf-8")
    chinese = document(shop, "a1:b2")
    assert (done.code, chinese.language) == (0, "zh-CN")
    assert "<html lang=zh-CN>" in page
    assert chinese.verdict.title in page
    assert chinese.verdict.title not in done.out
    write(shop / "sqlgen.toml", SETTINGS)
    english = document(shop, "a1:b2")
    assert english.verdict.title in done.out
    assert english.verdict.title != chinese.verdict.title


def test_the_same_range_gives_the_same_bytes_whatever_the_terminal_speaks(shop: Path, tmp_path: Path) -> None:
    for name, environ in (("one", {"SQLGEN_LANGUAGE": "en"}), ("two", {"SQLGEN_LANGUAGE": "zh-CN", "LC_ALL": "C"})):
        assert review(shop, "a1:head", "--env", "prod", "-o", tmp_path / name, **environ).code == 0
    for each in ("review.html", "review.md", "review.json"):
        assert (tmp_path / "one" / each).read_bytes() == (tmp_path / "two" / each).read_bytes()


@pytest.mark.parametrize("format", ["text", "html", "markdown", "json"])
def test_nothing_of_a_revision_is_a_command_to_the_log_of_a_host(shop: Path, format: str) -> None:
    sql = "CREATE INDEX ix_books ON books (id) /*\\n::add-mask::x ##[group]y */"
    path = shop / "migrations/versions/b2.py"
    write(path, path.read_text().replace("CREATE INDEX ix_books ON books (id)", sql))
    done = review(shop, "a1:b2", "--env", "prod", "--output-format", format, GITHUB_ACTIONS="true")
    assert done.code == 0, done.err
    assert "ix_books" in done.out
    assert not [line for line in done.out.splitlines() if line.lstrip().startswith("::") or "##[" in line]
