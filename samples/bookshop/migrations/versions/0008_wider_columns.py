"""longer names, larger quantities

Revision ID: 0008_wider_columns
Revises: 0007_unique_email
Create Date: 2026-03-17 10:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0008_wider_columns'
down_revision: Union[str, Sequence[str], None] = '0007_unique_email'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def users(name: sa.String) -> sa.Table:
    """The table as it is here: batch mode needs it to work offline on SQLite."""
    return sa.Table(
        "users",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", name, nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )


def orders(quantity: sa.Integer) -> sa.Table:
    """The table as it is here."""
    return sa.Table(
        "orders",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("book_id", sa.Integer(), nullable=False),
        sa.Column("quantity", quantity, nullable=False),
        sa.Column(
            "status",
            sa.Enum("pending", "paid", "shipped", "returned", name="order_status"),
            server_default="pending",
            nullable=False,
        ),
        sa.Column("placed_at", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_orders_user_id")),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_orders_book_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )


def upgrade() -> None:
    """Upgrade schema."""
    with op.batch_alter_table("users", copy_from=users(sa.String(length=50))) as batch:
        batch.alter_column(
            "name", existing_type=sa.String(length=50), type_=sa.String(length=200), existing_nullable=False
        )
    # Unsafe on purpose: PostgreSQL rewrites the whole table while nobody can read or write it.
    with op.batch_alter_table("orders", copy_from=orders(sa.SmallInteger())) as batch:
        batch.alter_column(
            "quantity", existing_type=sa.SmallInteger(), type_=sa.Integer(), existing_nullable=False
        )


def downgrade() -> None:
    """Downgrade schema."""
    with op.batch_alter_table("orders", copy_from=orders(sa.Integer())) as batch:
        batch.alter_column(
            "quantity", existing_type=sa.Integer(), type_=sa.SmallInteger(), existing_nullable=False
        )
    with op.batch_alter_table("users", copy_from=users(sa.String(length=200))) as batch:
        batch.alter_column(
            "name", existing_type=sa.String(length=200), type_=sa.String(length=50), existing_nullable=False
        )
