"""every book has a publisher

Revision ID: 0005_publishers
Revises: 0004_orders
Create Date: 2026-03-12 10:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0005_publishers'
down_revision: Union[str, Sequence[str], None] = '0004_orders'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def books() -> sa.Table:
    """The table as it is before this revision: batch mode needs it to work offline on SQLite."""
    return sa.Table(
        "books",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=True),
        sa.Column("price", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books")),
    )


def books_with_publisher() -> sa.Table:
    """The table as it is after this revision."""
    table = books()
    table.append_column(sa.Column("publisher_id", sa.Integer(), nullable=False))
    table.append_constraint(
        sa.ForeignKeyConstraint(["publisher_id"], ["publishers.id"], name=op.f("fk_books_publisher_id"))
    )
    return table


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "publishers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publishers")),
    )
    # Unsafe on purpose: books that are already there have no publisher, so the column can't be NOT NULL at once.
    with op.batch_alter_table("books", copy_from=books()) as batch:
        batch.add_column(sa.Column("publisher_id", sa.Integer(), nullable=False))
        batch.create_foreign_key(op.f("fk_books_publisher_id"), "publishers", ["publisher_id"], ["id"])


def downgrade() -> None:
    """Downgrade schema."""
    with op.batch_alter_table("books", copy_from=books_with_publisher()) as batch:
        batch.drop_constraint(op.f("fk_books_publisher_id"), type_="foreignkey")
        batch.drop_column("publisher_id")
    op.drop_table("publishers")
