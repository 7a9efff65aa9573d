"""What env.py's target_metadata maps reaches the rules, where the range ends at the heads."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from sqlgen import pipeline
from sqlgen.emit.worker.models import describe
from sqlgen.facts.vocabulary import Name
from sqlgen.settings import Request
from sqlgen.workspace import open_workspace

DIALECT = postgresql.dialect()


def test_what_python_fills_in_is_told_from_what_the_server_does() -> None:
    metadata = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"})
    sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("token", sa.String(36), default=lambda: str(uuid4())),
        sa.Column("at", sa.DateTime, server_default=sa.func.now(), nullable=False),
        sa.Column("twice", sa.Integer, sa.Computed("id * 2")),
        sa.Column("number", sa.Integer, sa.Identity()),
        sa.Column("plain", sa.Text, comment="a note"),
        schema="shop",
    )
    described = describe(metadata, DIALECT)

    assert described == {
        "tables": [
            [
                "shop",
                "t",
                [
                    ["id", "INTEGER", False, True, False, True, None, False],
                    ["token", "VARCHAR(36)", True, False, True, False, None, False],
                    ["at", "TIMESTAMP WITHOUT TIME ZONE", False, False, False, True, None, False],
                    ["twice", "INTEGER", True, False, False, True, None, True],
                    ["number", "INTEGER", False, False, False, True, None, True],
                    ["plain", "TEXT", True, False, False, False, "a note", False],
                ],
                True,
                [],
            ]
        ],
        "conventions": ["pk"],
    }


def test_a_list_of_metadata_has_the_conventions_that_all_of_them_have() -> None:
    one = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s"})
    other = sa.MetaData(naming_convention={"pk": "pk_%(table_name)s"})
    sa.Table("a", one, sa.Column("id", sa.Integer))
    sa.Table("b", other, sa.Column("id", sa.Integer))
    described = describe([one, other], DIALECT)

    assert described is not None
    assert [table[1] for table in described["tables"]] == ["a", "b"]
    assert described["conventions"] == ["pk"]


def test_a_mapped_class_is_named_with_its_file_and_what_it_inherits_from() -> None:
    class Base(DeclarativeBase):
        pass

    class Account(Base):
        __tablename__ = "accounts"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Company(Account):
        """In the table of the other."""

    class Plain:
        """Its table is written elsewhere."""

    Base.registry.map_imperatively(
        Plain, sa.Table("plain", Base.metadata, sa.Column("id", sa.Integer, primary_key=True))
    )

    described = describe(Base.metadata, DIALECT)
    assert described is not None
    [table, plain] = described["tables"]
    assert plain[4] == []
    here = f"{test_a_mapped_class_is_named_with_its_file_and_what_it_inherits_from.__name__}.<locals>"
    assert table[4][:2] == [[__file__, f"{here}.Account"], [__file__, f"{here}.Base"]]


@pytest.mark.parametrize("nothing", [None, sa.MetaData(), [], [sa.MetaData()], object()])
def test_no_tables_are_no_model(nothing: object) -> None:
    assert describe(nothing, DIALECT) is None


@pytest.mark.parametrize(("span", "known"), [("base:head", True), ("base:+2", False)])
def test_the_models_are_those_of_the_head(span: str, known: bool, tmp_path: Path) -> None:
    shop = tmp_path / "bookshop"
    shutil.copytree("samples/bookshop", shop)
    workspace = open_workspace(Request(shop, dialect="postgresql"))
    emission = pipeline.emit(workspace, pipeline.resolve(workspace, span).steps, models=True)

    assert (emission.model is not None) is known
    assert emission.joined, "its env.py does not ask for a transaction for each revision"
    if emission.model is not None:
        column = emission.model.column(Name("users"), "email")
        assert column is not None
        assert (column.type, column.nullable) == ("VARCHAR(120)", False)
