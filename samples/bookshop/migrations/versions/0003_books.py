"""create books and wishlists

Revision ID: 0003_books
Revises: 0002_roles
Create Date: 2026-03-05 10:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0003_books'
down_revision: Union[str, Sequence[str], None] = '0002_roles'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    op.create_table(
        "books",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("isbn", sa.String(length=13), nullable=True),
        sa.Column("price", sa.Numeric(precision=8, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books")),
    )
    op.create_table(
        "wishlists",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_wishlists_user_id")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_wishlists_book_id")),
        sa.PrimaryKeyConstraint("user_id", "book_id", name=op.f("pk_wishlists")),
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_table("wishlists")
    op.drop_table("books")
