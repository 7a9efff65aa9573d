"""What a bundle tells of a rendering: no values of -x, no passwords, no paths of the host that built it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sqlgen.messages import say
from sqlgen.redaction import redaction
from sqlgen.segments import Gap, Note, Query, Step
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace
from tests.unit.building import SETTINGS, commit, contents, project, sqlgen, write

SECRET = "S3CRET/PW"
URL = "postgresql://shop:pa55w0rd@db.example.com/shop"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home/alice"))
    return project(tmp_path / "home/alice/repo/services/shop", settings=SETTINGS + f'[environ]\nSHOP_URL = "{URL}"\n')


def test_each_secret_has_the_name_by_which_it_was_given_and_each_path_is_told_from_the_project(
    shop: Path, tmp_path: Path
) -> None:
    commit(shop.parents[1])
    workspace = open_workspace(
        Request(project=shop, x=(f"pw={SECRET}", "no=ab"), shadow="mysql://root:sh%40dow@h/x"), runs=False
    )
    text = redaction(workspace).text
    for said, told in (
        (f"with {SECRET} and ab", "with ‹-x pw› and ab"),
        ("with S3CRET%2FPW", "with ‹-x pw›"),
        (f"cannot reach {URL}?ssl=1", "cannot reach ‹SHOP_URL›?ssl=1"),
        ("password pa55w0rd is wrong", "password ‹password of SHOP_URL› is wrong"),
        ("no mysql://root:sh%40dow@h/x, no sh@dow", "no ‹--shadow›, no ‹password of --shadow›"),
        ("oracle://scott:tiger@host/x and http://host/a:b@c", "oracle://scott:***@host/x and http://host/a:b@c"),
        (f"no {shop}/seed.txt in {shop}", "no seed.txt in ."),
        (f"no {shop.parents[1]}/lib/seed.txt", "no ../../lib/seed.txt"),
        (f"no '{tmp_path}/home/alice/x.txt' in {tmp_path}/home/alice", "no '~/x.txt' in ~"),
        (f"no {tmp_path}/home/alice.txt", f"no {tmp_path}/home/alice.txt"),
        ("in /opt/shop/.venv/lib/python3.11/site-packages/alembic/op.py", "in alembic/op.py"),
    ):
        assert text(said) == told, said


def test_gaps_queries_and_notes_are_told_without_them(shop: Path) -> None:
    without = redaction(open_workspace(Request(project=shop, x=(f"pw={SECRET}",)), runs=False))
    step = Step("a1", "", "upgrade", (), ("a1",), "a1.py", ())
    told = without.step(
        replace(
            step,
            gap=Gap(say("failed with {what}", what=SECRET), f"{shop}/a1.py", 3),
            queries=(Query(f"SELECT '{SECRET}'", "fetchall", None),),
            notes=(Note("refused", f"it opened {shop}/x", None),),
        )
    )
    assert told.gap == Gap(say("failed with {what}", what="‹-x pw›"), "a1.py", 3)
    assert (told.queries[0].sql, told.notes[0].text) == ("SELECT '‹-x pw›'", "it opened x")
    assert without.step(step) == step


def test_no_file_of_a_bundle_and_no_line_on_the_terminal_has_them(shop: Path, tmp_path: Path) -> None:
    body = (
        "from alembic import context\n"
        "print('with', context.get_x_argument(as_dictionary=True)['pw'])\n"
        "import os\n"
        "op.execute('CREATE TABLE t (id INTEGER PRIMARY KEY)')\n"
        "raise RuntimeError('cannot ' + context.get_x_argument(as_dictionary=True)['pw'] + ' at ' + __file__"
        " + ' with ' + os.environ['SHOP_URL'])"
    )
    a1 = shop / "migrations/versions/a1.py"
    write(a1, a1.read_text().replace("op.execute('CREATE TABLE books (id INTEGER PRIMARY KEY)')",
                                     body.replace("\n", "\n    ")))  # fmt: skip
    commit(shop.parents[1])
    build = ("bundle", "base:head", "--env", "prod", "-o", tmp_path / "out", "--fail-on", "never", "--allow-incomplete")
    done = sqlgen(*build, "-v", "-x", f"pw={SECRET}", cwd=shop)
    assert done.code == 4
    files = {name: data.decode() for name, data in contents(tmp_path / "out").items()}
    [hole] = json.loads(files["MANIFEST.json"])["incomplete"]
    assert hole["reason"].endswith("cannot ‹-x pw› at migrations/versions/a1.py with ‹SHOP_URL›")
    assert "‹-x pw›" in files["review.md"]
    assert "  | with ‹-x pw›\n" in done.err
    for name, text in {**files, "stderr": done.err, "stdout": done.out}.items():
        for secret in (SECRET, "pa55w0rd", str(shop), "home/alice"):
            assert secret not in text, (name, secret)
    done = sqlgen("bundle", "--check", tmp_path / "out", "-x", f"pw={SECRET}", cwd=shop)
    assert done.code == 0, done.out
