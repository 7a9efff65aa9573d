"""Keepers' wishes in, a trust folder out: who may sign as what and how many must, in versions that root keys sign.

Everything but `sign` changes `next/`, the version in the making, and makes it from the newest version where there is
none. A change to it voids its signatures. The form is that of docs/bundle-format.md, section 6.
"""

from __future__ import annotations

from sqlgen.bundle.trust.changes import changes
from sqlgen.bundle.trust.check import Checked, check
from sqlgen.bundle.trust.draft import Draft, begin, pending
from sqlgen.bundle.trust.make import init, put_verifiers
from sqlgen.bundle.trust.people import add, remove
from sqlgen.bundle.trust.publish import Standing, sign, typos, where_it_stands
from sqlgen.bundle.trust.rules import policy, remove_policy, revoke_bundle, revoke_key, roots

__all__ = [
    "Checked",
    "Draft",
    "Standing",
    "add",
    "begin",
    "changes",
    "check",
    "init",
    "pending",
    "policy",
    "put_verifiers",
    "remove",
    "remove_policy",
    "revoke_bundle",
    "revoke_key",
    "roots",
    "sign",
    "typos",
    "where_it_stands",
]
