"""A checkout in, the steps that stock Alembic renders offline out."""

from __future__ import annotations

import json
from typing import Literal

from corpus.fetch import Checkout
from corpus.oracle import alembic_side

Direction = Literal["upgrade", "downgrade"]


def stock(checkout: Checkout) -> dict[Direction, set[str]]:
    """direction → the revisions for which `alembic upgrade A:B --sql` ends with 0, whatever it renders."""
    kept = checkout.kept("stock.json")
    if not kept.exists():
        steps = alembic_side(checkout, "stock.py", {"ini": str(checkout.ini)})
        kept.write_text(json.dumps(steps), encoding="utf-8")
    done: dict[Direction, set[str]] = {"upgrade": set(), "downgrade": set()}
    for step in json.loads(kept.read_text(encoding="utf-8")):
        if step["error"] is None:
            done[step["direction"]].add(step["revision"])
    return done
