"""Bundles whose keys were thrown away long ago: every verifier accepts them, for ever, and shows the same ids.

`bundle/bundle` is the first bundle there ever was. `bundle/shop` has one for each dialect, built by sqlgen from
samples/bookshop, with a trust folder of two versions and a ledger; freeze_bundles.py says how they were made.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sqlgen.bundle.manifest import parse
from tests.attacks.asking import all_accept, all_refuse
from tests.attacks.worlds import World

FROZEN = Path(__file__).parent / "bundle"
FIRST_TRUST = "093790345f70c8579e979b984b4fc1aca5f80551610e7d3cdfc0279c450887c9"
SHOP_TRUST = "47bd8dcdbbbdf01a11ba154f37a54fbe86578f8e900c2d603f2a3676e6257adc"
ALICE = "review alice@example.com SHA256:0geqiaZPB9rA+ELOIR/eeVavDvvkMFvxpvFXEFpkGuU"
BOB = "review bob@example.com SHA256:i6RAJ2D5lZvXy91P8LIXjvcEmReP1CVDpeIUsnmCF9w"
DORA = "dba dora@example.com SHA256:6uQWBiB/qFUsm5C9rKaFgFTu8sknUlbT5hzd6Nd4+5w"
IDS = {
    "postgresql": "a6ace20449301a22f5ef484a05efbb35395ab839512e3c3e3f01c45520531ce8",
    "mysql": "20bc51aa80463d761f5f6d62073c09a1779ab8a07de98ce01e428ed2de896e8f",
    "mariadb": "813db2b809f003a2cf12578008d6906de043b221d229ea5c24c17f8b027cd38d",
    "sqlite": "7059f6cd3e2c9d6e03195f638b55be862ca26333fee6c294cb911f046803f77f",
    "mssql": "b2370625986a51034596272a0b6df8c18cd0de5f8fdaab932698177715a38642",
    "oracle": "05186ba2b50916d0f200105d9fa26c0afc8a9a49fd1adb601e778685a45427cb",
}
CONTENTS = {
    "postgresql": "41eb8e8d10eb1d86b6d84c3457f60a6ebf003128fe8b28b22c61c9e93e302842",
    "mysql": "e230d18dbce470c83c2a03d204b95131997f69f7a5193bb98c229ca0275243a7",
    "mariadb": "d2deef9566ac942e26b902dea614dcd861eb1e8c939e39da48b81795622a1cdc",
    "sqlite": "ba8aa806c7fe5fe76b8a116d976c03f95d8b636275fbbfaffaf74ffee85840ef",
    "mssql": "666c362557b2408dd12ff9924b558321c7075e0501ba0d687ef75794c079e4e9",
    "oracle": "b202cdfc352b85764265545260afa44b4937ade561e808e62695297f2553e62e",
}
APPROVED = (f"signed by {DORA}", f"signed by {ALICE}", f"signed by {BOB}")
SIGNED = {
    "postgresql": (f"signed by {DORA}", f"signed by {ALICE}"),  # promoted: one reviewer is enough, and a receipt
    "mysql": (f"signed by {DORA}", f"carried {ALICE}", f"carried {BOB}"),  # renewed
    "mariadb": APPROVED,  # rejected, and that was taken back
    "sqlite": (f"signed by {DORA}", "breakglass, ticket OPS-42: a review must follow"),
    "mssql": APPROVED,  # applied and undone
    "oracle": APPROVED,  # applied
}


@pytest.fixture(autouse=True)
def private_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "copies").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "copies"))
    monkeypatch.setattr("tempfile.tempdir", None)


@pytest.fixture
def shop(tmp_path: Path) -> World:
    """A copy, so that nothing is ever written where they lie."""
    shutil.copytree(FROZEN / "shop", tmp_path / "w")
    (tmp_path / "keys").mkdir()
    return World(tmp_path / "w", tmp_path / "keys")


def of(shop: World, dialect: str) -> World:
    shop.bundle = shop.root / dialect
    shop.environment = "live" if dialect == "postgresql" else "prod"
    return shop


def said(dialect: str) -> tuple[str, ...]:
    environment = "live" if dialect == "postgresql" else "prod"
    return (
        f"bundle id {IDS[dialect]}",
        f"content id {CONTENTS[dialect]}",
        f"environment {environment}, version 2 of trust folder {SHOP_TRUST}",
        *SIGNED[dialect],
    )


def test_the_first_bundle_is_verified_for_ever(tmp_path: Path) -> None:
    shutil.copytree(FROZEN, tmp_path / "w", ignore=shutil.ignore_patterns("shop"))
    (tmp_path / "keys").mkdir()
    lines = all_accept(World(tmp_path / "w", tmp_path / "keys"))
    assert lines[1:4] == (
        "bundle id 710b2b9fec607465c58e049acfcbf983ae7ee101d27c74bf360d4081ac426290",
        "content id 43b4e0ef6334f92c109f4a2b1bd96c1dc4905fef1f468165b0cb91114ae2d7ff",
        f"environment prod, version 1 of trust folder {FIRST_TRUST}",
    )
    assert [line.split()[3] for line in lines[4:7]] == ["dora@example.com", "alice@example.com", "bob@example.com"]


@pytest.mark.parametrize("dialect", [dialect for dialect in IDS if dialect != "oracle"])
def test_a_bundle_of_each_dialect_is_verified_for_ever(shop: World, dialect: str) -> None:
    first, *lines, last = all_accept(of(shop, dialect))
    assert (first, tuple(lines)) == ("VERIFIED COPY", said(dialect))
    assert last.startswith("run: ")
    assert " 'COPY/apply.sql' > apply.log" in last


def test_what_was_applied_is_never_applied_again(shop: World) -> None:
    all_refuse(of(shop, "oracle"), "step 14: the bundle was applied already (5)")


def test_what_was_applied_can_be_rolled_back_for_ever(shop: World) -> None:
    shop.mode = ("--rollback",)
    first, *lines, _ = all_accept(of(shop, "oracle"))
    assert (first, tuple(lines)) == ("VERIFIED COPY", said("oracle"))


@pytest.mark.parametrize(
    ("dialect", "number", "kind"), [("oracle", 5, "applied"), ("mssql", 3, "applied"), ("mssql", 4, "undone")]
)
def test_what_was_run_is_audited_for_ever(shop: World, dialect: str, number: int, kind: str) -> None:
    shop.mode = ("--audit", "--as-of", str(number))
    first, *lines = all_accept(of(shop, dialect))
    assert (
        first == f"WAS VALID 2026-02-01T12:00:0{number - 1}Z, {kind} by dora@example.com, sqlgen result: {kind.upper()}"
    )
    assert tuple(lines) == said(dialect)


@pytest.mark.parametrize("dialect", list(IDS))
def test_sqlgen_reads_what_it_wrote_then(dialect: str) -> None:
    """Any later sqlgen reads the manifest, and would write the same bytes."""
    manifest = parse((FROZEN / "shop" / dialect / "MANIFEST.json").read_bytes())
    assert (manifest.dialect, manifest.content_id) == (dialect, CONTENTS[dialect])
