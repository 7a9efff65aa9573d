"""Settings: what holds, where it comes from, and what each wrong key or value is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from sqlgen.errors import SettingsError
from sqlgen.settings import AllowSetting, Environment, RevisionSetting, RuleSetting, load


def write(folder: Path, text: str, name: str = "sqlgen.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    settings = load(tmp_path)
    assert (settings.dialect, settings.runs, settings.fail_on, settings.rules) == (
        None,
        "bundle",
        "error",
        ("standard",),
    )
    assert (settings.source, settings.service, settings.trust_folder) == (None, None, None)


def test_everything_that_can_be_written_is_read(tmp_path: Path) -> None:
    source = write(
        tmp_path,
        """
        [tool.sqlgen]
        dialect = "postgresql"
        server_version = "16"
        rules = ["standard", "./db-rules"]
        fail_on = "warning"
        language = "zh-CN"
        trust = "../trust"
        service = "shop"
        source_url = "https://git.example.com/shop/blob/{commit}/{path}#L{line}"
        [tool.sqlgen.rule.drop-column]
        severity = "warning"
        [tool.sqlgen.rule.unguarded-drop]
        accept = ["if-exists"]
        [tool.sqlgen.environ]
        DATABASE_URL = "postgresql://offline/shop"
        [[tool.sqlgen.allow]]
        rule = "drop-table"
        revision = "9f2c"
        because = "frozen before we looked"
        until = 2030-12-31
        [tool.sqlgen.env.prod]
        database = "shop"
        lock_timeout = "2s"
        statement_timeout = 0
        role = "migrator"
        roles = { dba = 1, author = 2 }
        [tool.sqlgen.env.shops]
        database = "shops"
        client = "plain"
        server_version = "15.4"
        identity = "7301234567890123456"
        transaction = "none"
        tenants = ["north", "south"]
        tenants_are = "schemas"
        [tool.sqlgen.env.test]
        schema = "app"
        [tool.sqlgen.revision.9f2c]
        reads = "shadow"
        upgrade = "sql/9f2c.sql"
        """,
        "pyproject.toml",
    )
    settings = load(tmp_path)
    assert settings.source == source
    assert (settings.service, settings.trust_folder) == ("shop", tmp_path / "../trust")
    assert settings.source_url == "https://git.example.com/shop/blob/{commit}/{path}#L{line}"
    assert settings.revision == {"9f2c": RevisionSetting("shadow", "sql/9f2c.sql")}
    assert (settings.dialect, settings.server_version, settings.language) == ("postgresql", "16", "zh-CN")
    assert settings.rules == ("standard", "./db-rules")
    assert settings.rule["drop-column"] == RuleSetting("warning")
    assert settings.rule["unguarded-drop"] == RuleSetting(None, (("accept", ["if-exists"]),))
    assert settings.environ == {"DATABASE_URL": "postgresql://offline/shop"}
    assert settings.allow == (AllowSetting("drop-table", "frozen before we looked", "9f2c", "2030-12-31"),)
    roles = (("author", 2), ("dba", 1))
    assert settings.env == {
        "prod": Environment("prod", "shop", 2000, 0, "migrator", roles),
        "shops": Environment(
            "shops",
            "shops",
            identity="7301234567890123456",
            client="plain",
            server_version="15.4",
            transaction="none",
            tenants=("north", "south"),
            tenants_are="schemas",
        ),
        "test": Environment("test", schema="app"),
    }


def test_the_nearest_file_holds_and_a_repository_ends_the_search(tmp_path: Path) -> None:
    write(tmp_path, 'dialect = "mysql"')
    write(tmp_path / "app", 'dialect = "sqlite"')
    (tmp_path / "other" / ".git").mkdir(parents=True)
    assert load(tmp_path / "app").dialect == "sqlite"
    assert load(tmp_path / "other").dialect is None


def test_a_file_extends_another_key_by_key(tmp_path: Path) -> None:
    write(tmp_path, 'dialect = "postgresql"\n[env.prod]\ndatabase = "shop"\nlock_timeout = "2s"\n')
    write(tmp_path / "app", 'extends = "../sqlgen.toml"\n[env.prod]\ndatabase = "other"\n')
    settings = load(tmp_path / "app")
    assert settings.dialect == "postgresql"
    assert settings.env["prod"] == Environment("prod", "other", 2000)


@pytest.mark.parametrize(
    ("text", "message", "hint", "line"),
    [
        ('dialct = "sqlite"', "there is no setting dialct", "Did you mean dialect?", 1),
        ('dialect = "postgres"', "dialect can't be 'postgres'", "Did you mean postgresql?", 1),
        ("\nserver_version = 16", "server_version can't be 16", 'as a string of numbers: "16"', 2),
        ('[env.prod]\ndatabse = "x"', "there is no setting env.prod.databse", "Did you mean database?", 2),
        ('[env.prod]\nlock_timeout = "soon"', "env.prod.lock_timeout can't be 'soon'", '"5s"', 2),
        ('[env.prod]\nlock_timeout = "-5s"', "env.prod.lock_timeout can't be '-5s'", '"5s"', 2),
        ('[env.prod]\nlock_timeout = "1e999s"', "env.prod.lock_timeout can't be '1e999s'", '"5s"', 2),
        ("[[allow]]\nuntil = '2026-02-30'", "allow[1].until can't be '2026-02-30'", "2026-12-31", 2),
        ("[env.prod]\nroles = { dba = 0 }", "env.prod.roles.dba can't be 0", "1 or more", None),
        ("[env.PROD]", "an environment can't be called PROD", "lower-case letters", 1),
        ('[rule.drop-column]\nseverity = "fatal"', "rule.drop-column.severity can't be 'fatal'", "Known values", 2),
        ('[[allow]]\nrule = "drop-table"', "allow[1] has no because", "its reason", None),
        ('[env.prod]\ndatabase = ""', "env.prod.database can't be ''", "Write a name", 2),
        ("[env.prod]\nserver_version = 16", "env.prod.server_version can't be 16", 'string of numbers: "16"', 2),
        ('[env.prod]\nclient = "oracledb"', "env.prod.client can't be 'oracledb'", "sqlplus, plain", 2),
        ('[env.prod]\ntransaction = "all"', "env.prod.transaction can't be 'all'", "range, revision, none", 2),
        ('[env.prod]\ntenant = ["a"]', "there is no setting env.prod.tenant", "Did you mean tenants?", 2),
        ('[env.prod]\ntenants = "a"', "env.prod.tenants can't be 'a'", "a list of strings", 2),
        ("[env.prod]\ntenants = []", "env.prod.tenants can't be []", 'Write names: ["a", "b"]', 2),
        ('[env.prod]\ntenants = ["a", " "]', "env.prod.tenants can't be", 'Write names: ["a", "b"]', 2),
        ('[env.prod]\ntenants = ["a", "b", "a"]', "env.prod.tenants names a twice", "Write each name once", 2),
        ('[env.prod]\ntenants_are = "schemas"', "there are none", 'tenants = ["a", "b"]', 2),
        ('[env.prod]\ntenants = ["a"]\ndatabase = "b"', "has one database, and tenants", "Leave one of the two", 3),
        (
            '[env.prod]\ntenants = ["a"]\ntenants_are = "schemas"\nschema = "b"',
            "env.prod has one schema, and tenants that are schemas",
            "Leave one of the two",
            4,
        ),
        ('[tool.sqlgen]\ndialect = "mysql"', "there is no setting tool", "Leave out [tool.sqlgen]", None),
        ('trust = ""', "trust can't be ''", "Write a name", 1),
        ('service = "the shop"', "service can't be 'the shop'", "letters, digits and . _ -", 1),
        ('source_url = "git.example.com/{commit}/{path}#L{line}"', "source_url can't be", "begins with https://", 1),
        ('source_url = "javascript://x/{commit}/{path}#{line}"', "source_url can't be", "begins with https://", 1),
        ('source_url = "https://{commit}/{path}#L{line}"', "source_url can't be", "begins with https://", 1),
        ('source_url = "https://u:p@h/{commit}/{path}#L{line}"', "source_url can't be", "begins with https://", 1),
        ("source_url = 'https://h/{commit}/{path}\"#L{line}'", "source_url can't be", "begins with https://", 1),
        ('source_url = "https://h/{commit}/{path}"', "source_url can't be", "{line} into it, each once", 1),
        ('source_url = "https://h/{commit}/{path}/{line}/{line}"', "source_url can't be", "each once", 1),
        ('source_url = "https://h/{commit}/{path}/{line}/{branch}"', "source_url can't be", "each once", 1),
        ('source_url = "https://h/{commit}/{path}/{line}/}"', "source_url can't be", "each once", 1),
        ('reads = "emtpy"', "reads can't be 'emtpy'", "Did you mean empty?", 1),
        ('[revision.a1]\nupgrad = "x.sql"', "there is no setting revision.a1.upgrad", "Did you mean upgrade?", 2),
        ('[revision.a1]\nreads = "never"', "revision.a1.reads can't be 'never'", "error, empty, shadow", 2),
        ('[revision.a1]\nupgrade = ""', "revision.a1.upgrade can't be ''", "Write a name", 2),
        ('shadow = "postgresql://u:p@h/x"', "there is no setting shadow", "Known keys", 1),
        ("rules = 3", "rules can't be 3", 'Make it a list of strings: ["standard"]', 1),
        ("environ = 1", "environ can't be 1", "Make it a table", 1),
        ("dialect = x\n", "not a TOML file", "Mend the line", 1),
        ('extends = "sqlgen.toml"', "in a circle", "Remove one extends", None),
        ('extends = "gone.toml"', "can't be read", "Check the path in extends", None),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_what_to_write(
    tmp_path: Path, text: str, message: str, hint: str, line: int | None
) -> None:
    write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load(tmp_path)
    assert message in str(caught.value)
    assert hint in str(caught.value.hint)
    assert caught.value.line == line


def test_a_utf_16_file_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "sqlgen.toml").write_bytes('dialect = "sqlite"'.encode("utf-16"))
    with pytest.raises(SettingsError, match="not UTF-8"):
        load(tmp_path)


def test_an_unknown_environment_gets_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path, '[env.staging]\ndatabase = "x"')
    with pytest.raises(SettingsError, match="there is no environment stagin") as caught:
        load(tmp_path).environment("stagin")
    assert str(caught.value.hint) == "Did you mean --env staging?"


def test_an_environment_sets_rules_on_top_of_the_projects(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        preset = "strict"
        [rule.unguarded-drop]
        severity = "warning"
        accept = ["if-exists"]
        [env.dev]
        preset = "default"
        [env.dev.rule.unguarded-drop]
        severity = "off"
        [env.prod.rule.drop-column]
        severity = "warning"
        """,
    )
    settings = load(tmp_path)
    dev, prod = settings.environment("dev"), settings.environment("prod")
    guard = (("accept", ["if-exists"]),)

    assert settings.rules_for(None) == {"unguarded-drop": RuleSetting("warning", guard)}
    assert settings.rules_for(dev) == {"unguarded-drop": RuleSetting("off", guard)}
    assert settings.rules_for(prod) == {
        "unguarded-drop": RuleSetting("warning", guard),
        "drop-column": RuleSetting("warning", ()),
    }
    assert [settings.preset_for(each) for each in (None, dev, prod)] == ["strict", "default", "strict"]
