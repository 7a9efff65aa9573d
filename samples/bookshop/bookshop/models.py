"""The tables as they are after the newest revision. `alembic check` finds no difference."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import Column, Enum, ForeignKey, Index, MetaData, Numeric, String, Table, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


user_roles = Table(
    "user_roles",
    Base.metadata,
    Column("user_id", ForeignKey("users.id"), primary_key=True),
    Column("role_id", ForeignKey("roles.id"), primary_key=True),
)


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    roles: Mapped[list[Role]] = relationship(secondary=user_roles, back_populates="users")
    orders: Mapped[list[Order]] = relationship(back_populates="user")


class Role(Base):
    __tablename__ = "roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))

    users: Mapped[list[User]] = relationship(secondary=user_roles, back_populates="roles")


class Publisher(Base):
    __tablename__ = "publishers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))

    books: Mapped[list[Book]] = relationship(back_populates="publisher")


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    isbn: Mapped[str | None] = mapped_column(String(13), index=True)
    price: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    slug: Mapped[str | None] = mapped_column(String(200))
    publisher_id: Mapped[int] = mapped_column(ForeignKey("publishers.id"))

    publisher: Mapped[Publisher] = relationship(back_populates="books")


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (Index("ix_orders_placed_at", "placed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    quantity: Mapped[int]
    status: Mapped[str] = mapped_column(
        Enum("pending", "paid", "shipped", "returned", name="order_status"), server_default="pending"
    )
    placed_at: Mapped[datetime] = mapped_column(server_default=func.now())

    user: Mapped[User] = relationship(back_populates="orders")
    book: Mapped[Book] = relationship()
