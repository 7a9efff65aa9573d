"""Trust folders with real keys: who may sign as what, in versions that root keys sign, and what is refused."""

from __future__ import annotations

import base64
import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sqlgen.bundle import trust
from sqlgen.bundle.trust.changes import changes
from sqlgen.bundle.trust.draft import version
from sqlgen.bundle.verify import check_versions, newest, read_version, version_folder
from sqlgen.errors import OutputError, SigningError, SqlgenError, ToolMissing, UsageError, VerificationError

NOW = datetime(2026, 6, 1, tzinfo=UTC)
PEOPLE = ("root", "rita", "rosa", "alice", "bob", "dora", "robot")


def keygen(path: Path, *, comment: str, passphrase: str = "", kind: str = "ed25519", bits: str = "") -> Path:
    size = ["-b", bits] if bits else []
    command = ["ssh-keygen", "-q", "-t", kind, *size, "-N", passphrase, "-C", comment, "-f", path]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    for who in PEOPLE:
        keygen(folder / who, comment=f"{who}@example.com")
    return folder


@pytest.fixture(autouse=True)
def this_host_remembers_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def fresh(tmp_path: Path, keys: Path) -> Path:
    """A trust folder whose first version nobody has signed: one root key, a reviewer, a DBA."""
    folder = tmp_path / "trust"
    trust.init(folder, policies={"prod": {"review": 1, "dba": 1}}, roots=[(keys / "root.pub", None)])
    trust.add(folder, keys / "alice.pub", roles=["review"], environments=["prod"])
    trust.add(folder, keys / "dora.pub", roles=["dba"], environments=["prod"])
    return folder


@pytest.fixture
def signed(fresh: Path, keys: Path) -> Path:
    """The same, with version 1."""
    assert trust.sign(fresh, keys / "root") == 1
    return fresh


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def next_file(folder: Path, name: str) -> str:
    return (folder / "next" / name).read_text(encoding="utf-8")


def lines_of(folder: Path, who: str) -> list[str]:
    """What stands under a name in next/, without the keys."""
    lines = next_file(folder, "allowed_signers").splitlines()
    return [line.split(" ")[1] for line in lines if line.startswith(f"{who}@example.com ")]


class Refusals:
    """What is refused changes nothing."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __call__(self, kind: type[SqlgenError], call: object, *given: object, **more: object) -> str:
        before = tree(self.folder)
        with pytest.raises(kind) as caught:
            call(self.folder, *given, **more)  # type: ignore[operator]
        assert tree(self.folder) == before
        assert caught.value.hint.template
        return f"{caught.value} | {caught.value.hint}"


@pytest.fixture
def refused(fresh: Path) -> Refusals:
    return Refusals(fresh)


# Making one.


def test_a_new_trust_folder_holds_the_verifiers_a_page_and_the_first_version_in_the_making(fresh: Path) -> None:
    package = Path(trust.__file__).parents[1]
    for name in ("verify.sh", "verify.py"):
        assert (fresh / name).read_bytes() == (package / name).read_bytes()
        assert os.access(fresh / name, os.X_OK)
    assert "sqlgen trust sign" in (fresh / "README.md").read_text(encoding="utf-8")
    assert (fresh / ".gitattributes").read_text() == "* -text\n"
    assert not (fresh / "versions").exists()
    assert next_file(fresh, "version") == f"number 1\nprevious {'0' * 64}\nneed 1\n"
    assert next_file(fresh, "policy/prod") == "review 1\ndba 1\n"
    done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=fresh / "next", capture_output=True)
    assert done.returncode == 0
    assert sorted(path.name for path in fresh.iterdir()) == [
        ".gitattributes", "README.md", "ledger", "next", "verify.py", "verify.sh",
    ]  # fmt: skip


def test_with_the_root_keys_signature_it_becomes_version_1_that_verifiers_read(fresh: Path, keys: Path) -> None:
    assert trust.sign(fresh, keys / "root") == 1
    assert not (fresh / "next").exists()
    assert (newest(fresh), read_version(version_folder(fresh, 1), "prod").number) == (1, 1)
    assert check_versions(fresh).id == trust.check(fresh, now=NOW).id
    assert list((fresh / "versions").iterdir()) == [fresh / "versions" / "1"]


def test_a_root_key_may_be_given_as_the_private_one(tmp_path: Path, keys: Path) -> None:
    alone = tmp_path / "alone"
    shutil.copy(keys / "root", alone)
    folder = tmp_path / "trust"
    trust.init(folder, policies={"prod": {"dba": 1}}, roots=[(alone, "root@example.com")])
    assert (keys / "root.pub").read_text().split()[1] in next_file(folder, "roots")
    locked = keygen(tmp_path / "locked", comment="l@example.com", passphrase="secret")
    locked.with_suffix(".pub").unlink()
    with pytest.raises(SigningError, match=r"the public half of .*locked is not beside it"):
        trust.init(tmp_path / "other", policies={"prod": {"dba": 1}}, roots=[(locked, None)])
    assert not (tmp_path / "other").exists()


def test_what_can_be_no_trust_folder_is_not_made(tmp_path: Path, keys: Path) -> None:
    root, policies = [(keys / "root.pub", None)], {"prod": {"dba": 1}}
    cases = [
        ({"roots": root, "policies": {}}, "without a policy would let nothing through"),
        ({"roots": root, "policies": {"prod": {}}}, "a policy without a role would accept everything"),
        ({"roots": root, "policies": {"prod": {"dba": 0}}}, "dba=0 can't be asked for"),
        ({"roots": root, "policies": {"prod": {"dba": 10}}}, "dba=10 can't be asked for"),
        ({"roots": root, "policies": {"prod": {"receipt": 1}}}, "receipt=1 can't be asked for"),
        ({"roots": root, "policies": {"prod": {"need": 1}}}, "need=1 can't be asked for"),
        ({"roots": root, "policies": {"Prod": {"dba": 1}}}, "'Prod' is no environment name"),
        ({"roots": root, "policies": policies, "need": 2}, "2 of 1 root keys can't sign"),
        ({"roots": root, "policies": policies, "need": 0}, "0 of 1 root keys can't sign"),
        ({"roots": [], "policies": policies}, "1 of 0 root keys can't sign"),
        ({"roots": [*root, (keys / "root.pub", "twin@example.com")], "policies": policies}, "has a root key already"),
        ({"roots": [*root, (keys / "rita.pub", "root@example.com")], "policies": policies}, "has a root key already"),
    ]
    for given, why in cases:
        with pytest.raises(SqlgenError, match=why):
            trust.init(tmp_path / "trust", **given)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_left_alone_but_an_empty_repository_is_not(tmp_path: Path, keys: Path) -> None:
    how = {"policies": {"prod": {"dba": 1}}, "roots": [(keys / "root.pub", None)]}
    repository = tmp_path / "repository"
    subprocess.run(["git", "init", "-q", repository], check=True)
    trust.init(repository, **how)  # type: ignore[arg-type]
    assert (repository / "next" / "roots").is_file()
    before = tree(repository)
    with pytest.raises(OutputError, match="is there already"):
        trust.init(repository, **how)  # type: ignore[arg-type]
    assert tree(repository) == before


# People and their keys.


def test_people_may_reject_and_a_dba_may_sign_receipts(fresh: Path) -> None:
    assert lines_of(fresh, "alice") == ['namespaces="reject.prod.v1@sqlgen,review.prod.v1@sqlgen"']
    assert lines_of(fresh, "dora") == ['namespaces="dba.prod.v1@sqlgen,receipt.prod.v1@sqlgen,reject.prod.v1@sqlgen"']


def test_a_receipt_can_be_given_and_withheld(fresh: Path, keys: Path) -> None:
    trust.add(fresh, keys / "bob.pub", roles=["dba"], environments=["prod"], receipt=False)
    assert lines_of(fresh, "bob") == ['namespaces="dba.prod.v1@sqlgen,reject.prod.v1@sqlgen"']
    trust.add(fresh, keys / "rita.pub", roles=[], environments=["prod"], receipt=True)
    assert lines_of(fresh, "rita") == ['namespaces="receipt.prod.v1@sqlgen,reject.prod.v1@sqlgen"']


def test_the_same_name_and_key_stay_one_line(fresh: Path, keys: Path) -> None:
    trust.add(fresh, keys / "alice.pub", roles=["author"], environments=["staging"])
    trust.add(fresh, keys / "alice.pub", roles=["review"], environments=["prod"], breakglass=True)
    assert lines_of(fresh, "alice") == [
        'namespaces="author.staging.v1@sqlgen,reject.prod.v1@sqlgen,reject.staging.v1@sqlgen,'
        'review.prod.breakglass.v1@sqlgen,review.prod.v1@sqlgen"'
    ]


def test_a_second_key_of_a_person_is_a_second_line(fresh: Path, keys: Path) -> None:
    trust.add(fresh, keys / "bob.pub", roles=["review"], environments=["prod"], principal="alice@example.com")
    assert len(lines_of(fresh, "alice")) == 2


def test_days_are_written_so_that_old_clients_read_them(fresh: Path, keys: Path) -> None:
    who = keys / "bob.pub"
    trust.add(fresh, who, roles=["review"], environments=["prod"], valid_before=date(2027, 1, 1))
    assert lines_of(fresh, "bob")[0].endswith('",valid-before="20270101"')
    days = {"valid_after": date(2026, 1, 1), "valid_before": date(2028, 1, 1)}
    trust.add(fresh, who, roles=["author"], environments=["prod"], **days)  # type: ignore[arg-type]
    assert lines_of(fresh, "bob")[0].endswith('",valid-after="20260101",valid-before="20280101"')
    with pytest.raises(UsageError, match="would never be valid"):
        trust.add(fresh, who, roles=["dba"], environments=["prod"], valid_after=NOW.date(), valid_before=NOW.date())


def test_nobody_counts_as_two_and_no_machine_as_a_person(refused: Refusals, keys: Path) -> None:
    prod = {"environments": ["prod"]}
    trust.add(refused.folder, keys / "robot.pub", roles=["ci"], **prod)  # type: ignore[arg-type]
    assert lines_of(refused.folder, "robot") == ['namespaces="ci.prod.v1@sqlgen"']
    why = refused(SigningError, trust.add, keys / "alice.pub", roles=["dba"], principal="bob@example.com", **prod)
    assert why.startswith("alice@example.com has this key already")
    why = refused(SigningError, trust.add, keys / "bob.pub", roles=["ci", "review"], **prod)
    assert why.startswith("a machine can't have a person's role")
    why = refused(SigningError, trust.add, keys / "robot.pub", roles=["review"], **prod)
    assert why.startswith("robot@example.com would be a machine and a person")
    why = refused(SigningError, trust.add, keys / "alice.pub", roles=["ci"], **prod)
    assert why.startswith("alice@example.com would be a machine and a person")
    why = refused(SigningError, trust.add, keys / "bob.pub", roles=["ci"], principal="dora@example.com", **prod)
    assert why.startswith("dora@example.com would be a machine and a person")


@pytest.mark.parametrize(
    ("roles", "environments", "principal", "why"),
    [
        (["review"], ["prod"], "*", "'*' can't be a signer's name"),
        (["review"], ["prod"], "a,b", "'a,b' can't be a signer's name"),
        (["review"], ["prod"], "Bob", "'Bob' can't be a signer's name"),
        (["review"], ["prod"], "bob\n", "'bob\\n' can't be a signer's name"),
        (["*"], ["prod"], None, "'*' is no role"),
        (["review"], ["*"], None, "'*' is no environment name"),
        (["review"], ["prod.breakglass"], None, "'prod.breakglass' is no environment name"),
        (["receipt"], ["prod"], None, "receipt is no role of people | Use --receipt."),
        (["reject"], ["prod"], None, "reject is no role of people"),
        (["trust"], ["prod"], None, "trust is no role of people | Root keys go with sqlgen trust roots."),
        ([], ["prod"], None, "there is nothing that this key may do"),
        (["review"], [], None, "there is nothing that this key may do"),
    ],
)
def test_what_nobody_can_be_is_refused(
    refused: Refusals, keys: Path, roles: list[str], environments: list[str], principal: str | None, why: str
) -> None:
    how = {"roles": roles, "environments": environments, "principal": principal}
    assert refused(SqlgenError, trust.add, keys / "bob.pub", **how).startswith(why)


def test_keys_that_are_weak_or_none_are_refused_with_the_reason(refused: Refusals, keys: Path, tmp_path: Path) -> None:
    how = {"roles": ["review"], "environments": ["prod"], "principal": "w@example.com"}

    def add(path: Path) -> str:
        return refused(SigningError, trust.add, path, **how)

    def text(content: str) -> Path:
        (tmp_path / "file").write_text(content)
        return tmp_path / "file"

    bob = (keys / "bob.pub").read_text()
    weak = keygen(tmp_path / "weak", comment="w@example.com", kind="rsa", bits="1024")
    assert "is an RSA key of 1024 bits, fewer than 2048" in add(weak.with_suffix(".pub"))
    assert f"is a private key | Give the public one: {keys / 'bob'}.pub" in add(keys / "bob")
    assert "holds more than one key" in add(text(bob + (keys / "dora.pub").read_text()))
    assert "is a DSA key" in add(text("ssh-dss AAAAB3NzaC1kc3MAAACBAO\n"))
    assert "is a certificate" in add(text("ssh-ed25519-cert-v01@openssh.com AAAA\n"))
    assert "holds no public key that may sign" in add(text(""))
    assert "holds no public key that may sign" in add(text("cert-authority " + bob))
    assert "holds a broken public key" in add(text(f"{bob.split()[0]} {bob.split()[1][:-8]}\n"))
    assert "holds a broken public key" in add(text(bob.replace("ssh-ed25519 ", "ecdsa-sha2-nistp256 ")))
    assert "No such file or directory" in add(tmp_path / "nowhere.pub")
    strong = keygen(tmp_path / "strong", comment="w@example.com", kind="rsa", bits="2048")
    trust.add(refused.folder, strong.with_suffix(".pub"), roles=["review"], environments=["prod"])
    assert "w@example.com" in next_file(refused.folder, "allowed_signers")


def wire(*fields: bytes) -> str:
    return base64.b64encode(b"".join(len(field).to_bytes(4, "big") + field for field in fields)).decode()


def test_keys_of_every_kind_that_can_sign_are_taken(fresh: Path, tmp_path: Path) -> None:
    curve, point = b"nistp256", b"\x04" + b"p" * 64
    lines = {
        "ed25519": f"sk-ssh-ed25519@openssh.com {wire(b'sk-ssh-ed25519@openssh.com', b'k' * 32, b'ssh:')}",
        "ecdsa": "sk-ecdsa-sha2-nistp256@openssh.com "
        + wire(b"sk-ecdsa-sha2-nistp256@openssh.com", curve, point, b"ssh:"),
    }
    for kind, bits in (("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521"), ("rsa", "3072")):
        lines[kind + bits] = keygen(tmp_path / bits, comment="k", kind=kind, bits=bits).with_suffix(".pub").read_text()
    for name, line in lines.items():
        (tmp_path / "file.pub").write_text(line)
        trust.add(
            fresh, tmp_path / "file.pub", roles=["review"], environments=["prod"], principal=f"{name}@example.com"
        )
        assert lines_of(fresh, name) == ['namespaces="reject.prod.v1@sqlgen,review.prod.v1@sqlgen"']
    assert len(read_version(fresh / "next", None).signers) == 8


def test_somebody_leaves_or_gives_up_a_role(fresh: Path, keys: Path) -> None:
    trust.add(fresh, keys / "alice.pub", roles=["author"], environments=["prod", "staging"])
    trust.remove(fresh, "alice@example.com", roles=["author"], environments=["prod"])
    assert lines_of(fresh, "alice") == [
        'namespaces="author.staging.v1@sqlgen,reject.prod.v1@sqlgen,reject.staging.v1@sqlgen,review.prod.v1@sqlgen"'
    ]
    trust.remove(fresh, "alice@example.com", environments=["staging"])
    trust.remove(fresh, "alice@example.com", roles=["review"])  # to reject alone is left: the line goes
    assert lines_of(fresh, "alice") == []
    with pytest.raises(UsageError, match=r"there is nothing of 'alice@example\.com' to remove"):
        trust.remove(fresh, "alice@example.com")


# Policies, revocations.


def test_a_policy_has_its_conditions_and_takes_the_place_of_the_one_before(fresh: Path) -> None:
    roles = {"author": 1, "review": 2, "dba": 1}
    trust.policy(fresh, "prod", roles, after=["staging"], carry=["review"], ticket=True)
    assert next_file(fresh, "policy/prod") == "author 1\nreview 2\ndba 1\nafter staging\ncarry review\nneed ticket\n"
    trust.policy(fresh, "prod", {"dba": 1})
    assert next_file(fresh, "policy/prod") == "dba 1\n"
    trust.policy(fresh, "prod", {"dba": 2}, breakglass=True)
    assert next_file(fresh, "policy/prod.breakglass") == "dba 2\n"


def test_a_policy_that_asks_for_nothing_is_refused(refused: Refusals) -> None:
    one = {"dba": 1}
    for given, more, why in (
        (("prod", {}), {}, "a policy without a role would accept everything"),
        (("prod", {"carry": 1}), {}, "carry=1 can't be asked for"),
        (("prod", one), {"carry": ["dba"]}, "a renewed bundle would need no signature at all"),
        (("prod", one), {"carry": ["review"]}, "'review' is no role of this policy"),
        (("prod", one), {"after": ["prod"]}, "prod can't come after itself"),
        (("prod", one), {"after": ["../x"]}, "'../x' is no environment name"),
        (("staging", one), {"breakglass": True}, "staging has no policy yet"),
    ):
        assert refused(UsageError, trust.policy, *given, **more).startswith(why)


def test_policies_go_but_not_the_last(fresh: Path) -> None:
    trust.policy(fresh, "staging", {"dba": 1})
    trust.policy(fresh, "staging", {"dba": 1}, breakglass=True)
    trust.remove_policy(fresh, "staging", breakglass=True)
    assert sorted(path.name for path in (fresh / "next" / "policy").iterdir()) == ["prod", "staging"]
    trust.policy(fresh, "staging", {"dba": 1}, breakglass=True)
    trust.remove_policy(fresh, "staging")
    assert sorted(path.name for path in (fresh / "next" / "policy").iterdir()) == ["prod"]
    with pytest.raises(UsageError, match="would let nothing through"):
        trust.remove_policy(fresh, "prod")
    with pytest.raises(UsageError, match="there is no such policy"):
        trust.remove_policy(fresh, "prod", breakglass=True)


def test_a_revoked_key_no_longer_counts_and_does_not_come_back(signed: Path, keys: Path, tmp_path: Path) -> None:
    def accepted() -> bool:
        folder = version_folder(signed, newest(signed))
        command = ["ssh-keygen", "-Y", "verify", "-f", folder / "allowed_signers", "-r", folder / "revoked_keys"]
        by = ["-I", "alice@example.com", "-n", "review.prod.v1@sqlgen", "-s", tmp_path / "data.sig"]
        return subprocess.run([*command, *by], input=b"data", capture_output=True).returncode == 0

    (tmp_path / "data").write_bytes(b"data")
    sign = ["ssh-keygen", "-q", "-Y", "sign", "-f", keys / "alice", "-n", "review.prod.v1@sqlgen", tmp_path / "data"]
    subprocess.run(sign, check=True)
    assert accepted()
    trust.revoke_key(signed, name="alice@example.com", because="laptop lost\nssh-ed25519 AAAA 配")
    assert "\n# laptop lost\\nssh-ed25519 AAAA 配\nssh-ed25519 " in next_file(signed, "revoked_keys")
    assert accepted()
    assert trust.sign(signed, keys / "root") == 2
    assert not accepted()
    with pytest.raises(UsageError, match="this is revoked already"):
        trust.revoke_key(signed, public_key=keys / "alice.pub")
    with pytest.raises(UsageError, match="'nobody' has no key in allowed_signers"):
        trust.revoke_key(signed, name="nobody")
    trust.remove(signed, "alice@example.com")
    with pytest.raises(SigningError, match="is revoked"):
        trust.add(signed, keys / "alice.pub", roles=["review"], environments=["prod"])


def test_a_bundle_is_revoked_by_its_id_or_its_folder(fresh: Path, tmp_path: Path) -> None:
    (tmp_path / "SHA256SUMS").write_bytes(b"sums\n")
    id = subprocess.run(["sha256sum", tmp_path / "SHA256SUMS"], capture_output=True, text=True).stdout[:64]
    assert trust.revoke_bundle(fresh, str(tmp_path), because="wrong table") == id
    assert next_file(fresh, "revoked_bundles").endswith(f"\n# wrong table\n{id}\n")
    with pytest.raises(UsageError, match="this is revoked already"):
        trust.revoke_bundle(fresh, id)
    with pytest.raises(UsageError, match="is neither a bundle id nor a bundle's folder"):
        trust.revoke_bundle(fresh, id[:12])


# Versions and root keys.


def test_the_next_version_begins_as_the_newest_one_and_follows_from_it(signed: Path, keys: Path) -> None:
    first = tree(version_folder(signed, 1))
    trust.policy(signed, "prod", {"dba": 1})
    assert next_file(signed, "version").splitlines()[0] == "number 2"
    assert trust.sign(signed, keys / "root") == 2
    assert tree(version_folder(signed, 1)) == first
    versions = check_versions(signed)
    assert len(versions.digests) == 2
    assert versions.id == versions.digests[0]


def test_two_of_three_root_keys_must_sign(tmp_path: Path, keys: Path) -> None:
    folder = tmp_path / "trust"
    roots = [(keys / f"{who}.pub", None) for who in ("root", "rita", "rosa")]
    trust.init(folder, policies={"prod": {"dba": 1}}, roots=roots, need=2)
    trust.add(folder, keys / "dora.pub", roles=["dba"], environments=["prod"])
    assert trust.sign(folder, keys / "rita") is None
    assert trust.sign(folder, keys / "rita") is None
    standing = trust.where_it_stands(folder)
    assert standing is not None
    assert (standing.signed, standing.missing) == (
        ("rita@example.com",),
        ("root@example.com", "rosa@example.com"),
    )
    with pytest.raises(VerificationError, match="no version"):
        newest(folder)
    assert trust.sign(folder, keys / "rosa") == 1
    assert sorted(path.name for path in (folder / "versions" / "1" / "sig").iterdir()) == [
        "rita@example.com.sig",
        "rosa@example.com.sig",
    ]
    assert len(check_versions(folder).digests) == 1


def test_a_change_makes_the_signatures_on_it_void_whoever_makes_it(tmp_path: Path, keys: Path) -> None:
    folder = tmp_path / "trust"
    roots = [(keys / f"{who}.pub", None) for who in ("root", "rita")]
    trust.init(folder, policies={"prod": {"dba": 1}}, roots=roots, need=2)
    trust.add(folder, keys / "dora.pub", roles=["dba"], environments=["prod"])
    assert trust.sign(folder, keys / "rita") is None
    trust.add(folder, keys / "alice.pub", roles=["dba"], environments=["prod"])
    assert not (folder / "next" / "sig").exists()
    assert trust.sign(folder, keys / "root") is None
    (folder / "next" / "policy" / "prod").write_text("dba 2\n")  # by hand
    assert trust.sign(folder, keys / "rita") is None, "root's signature is for dba 1"
    assert trust.sign(folder, keys / "root") == 1
    assert len(check_versions(folder).digests) == 1


def test_signatures_that_two_keepers_made_apart_make_a_version_together(tmp_path: Path, keys: Path) -> None:
    folder = tmp_path / "trust"
    roots = [(keys / f"{who}.pub", None) for who in ("root", "rita")]
    trust.init(folder, policies={"prod": {"dba": 1}}, roots=roots, need=2)
    trust.add(folder, keys / "dora.pub", roles=["dba"], environments=["prod"])
    assert "too few root keys have signed next/: -" in Refusals(folder)(UsageError, trust.sign, None)
    shutil.copytree(folder, tmp_path / "branch")
    assert trust.sign(folder, keys / "root") is None
    assert trust.sign(tmp_path / "branch", keys / "rita") is None
    assert "too few root keys have signed next/: root@" in Refusals(folder)(UsageError, trust.sign, None)
    shutil.copytree(tmp_path / "branch" / "next" / "sig", folder / "next" / "sig", dirs_exist_ok=True)  # git's merge
    assert trust.sign(folder, None) == 1
    assert len(check_versions(folder, everything=True).digests) == 1


def test_a_signature_made_by_hand_counts_and_one_that_is_not_good_does_not(fresh: Path, keys: Path) -> None:
    folder = fresh / "next" / "sig"
    folder.mkdir()
    for who, name in (("root", "root@example.com"), ("alice", "alice@example.com"), ("alice", "root@example.org")):
        done = subprocess.run(
            ["ssh-keygen", "-Y", "sign", "-f", keys / who, "-n", "trust.v1@sqlgen"],
            input=(fresh / "next" / "SHA256SUMS").read_bytes(), capture_output=True, check=True,
        )  # fmt: skip
        (folder / f"{name}.sig").write_bytes(done.stdout)
    standing = trust.where_it_stands(fresh)
    assert standing is not None
    assert standing.signed == ("root@example.com",)
    assert trust.sign(fresh, None) == 1
    assert [path.name for path in (fresh / "versions" / "1" / "sig").iterdir()] == ["root@example.com.sig"]


def test_a_next_that_was_left_behind_by_its_version_is_nothing(signed: Path, keys: Path) -> None:
    trust.policy(signed, "prod", {"dba": 1})
    shutil.copytree(signed / "next", signed / "copy")
    assert trust.sign(signed, keys / "root") == 2
    (signed / "copy").rename(signed / "next")
    assert trust.where_it_stands(signed) is None
    trust.policy(signed, "prod", {"dba": 1, "review": 1})
    assert trust.sign(signed, keys / "root") == 3


def test_next_is_made_of_plain_files(fresh: Path, keys: Path) -> None:
    (fresh / "next" / "revoked_keys").unlink()
    (fresh / "next" / "revoked_keys").symlink_to("/dev/null")
    with pytest.raises(UsageError, match="is no plain file"):
        trust.sign(fresh, keys / "root")


def test_a_root_key_may_stay_in_an_agent(fresh: Path, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = subprocess.run(["ssh-agent", "-s"], capture_output=True, text=True, check=True).stdout
    socket, pid = (started.split(f"{name}=")[1].split(";")[0] for name in ("SSH_AUTH_SOCK", "SSH_AGENT_PID"))
    try:
        monkeypatch.setenv("SSH_AUTH_SOCK", socket)
        public = fresh.parent / "public" / "root.pub"
        public.parent.mkdir()
        shutil.copy(keys / "root.pub", public)
        with pytest.raises(SigningError, match=r"the private half of .* is not here"):
            trust.sign(fresh, public)
        subprocess.run(["ssh-add", "-q", keys / "root"], check=True)
        assert trust.sign(fresh, public) == 1
    finally:
        os.kill(int(pid), signal.SIGTERM)


def test_only_a_root_key_signs_under_its_own_name(refused: Refusals, keys: Path) -> None:
    why = refused(SigningError, trust.sign, keys / "alice")
    assert "is not the root key of anybody | The root keys are those of: root@example.com" in why
    why = refused(SigningError, trust.sign, keys / "root", principal="rita@example.com")
    assert "is not the root key of rita@example.com" in why
    assert trust.sign(refused.folder, keys / "root", principal="root@example.com") == 1


def test_root_keys_change_by_the_signature_of_the_old_ones(signed: Path, keys: Path) -> None:
    trust.roots(signed, add=[(keys / "rita.pub", None)], remove=["root@example.com"])
    with pytest.raises(SigningError, match="is not the root key of anybody"):
        trust.sign(signed, keys / "rita")
    assert trust.sign(signed, keys / "root") == 2
    trust.roots(signed, add=[(keys / "rosa.pub", None)], need=2)
    with pytest.raises(SigningError, match="is not the root key of anybody"):
        trust.sign(signed, keys / "root")
    assert trust.sign(signed, keys / "rita") == 3
    trust.policy(signed, "prod", {"dba": 1})
    assert trust.sign(signed, keys / "rita") is None
    assert trust.sign(signed, keys / "rosa") == 4
    assert len(check_versions(signed).digests) == 4


def test_too_few_root_keys_are_never_left(refused: Refusals, keys: Path) -> None:
    assert "1 of 0 root keys can't sign" in refused(UsageError, trust.roots, remove=["root@example.com"])
    assert "2 of 1 root keys can't sign" in refused(UsageError, trust.roots, need=2)
    assert "no root key of 'rita@example.com'" in refused(UsageError, trust.roots, remove=["rita@example.com"])
    assert "has a root key already" in refused(SigningError, trust.roots, add=[(keys / "root.pub", "x@example.com")])


def test_a_revoked_root_key_signs_nothing_more_and_is_never_the_last(signed: Path, keys: Path) -> None:
    trust.revoke_key(signed, public_key=keys / "root.pub", because="stolen")
    why = Refusals(signed)(SigningError, trust.sign, keys / "root")
    assert why.startswith("after this version no other could be signed: 0 of 1 root keys")
    trust.roots(signed, add=[(keys / "rita.pub", None)])
    assert trust.sign(signed, keys / "root") == 2
    said = [str(each) for each in trust.check(signed, now=NOW).warnings]
    assert said == [
        "the root key of root@example.com is revoked: what it signs does not count. "
        "sqlgen trust roots --remove root@example.com"
    ]
    with pytest.raises(SigningError, match="is revoked"):
        trust.roots(signed, add=[(keys / "root.pub", "other@example.com")])
    trust.roots(signed, remove=["root@example.com"])
    assert "is revoked | Let another root key sign" in Refusals(signed)(SigningError, trust.sign, keys / "root")
    assert trust.sign(signed, keys / "rita") == 3
    assert trust.check(signed, now=NOW).warnings == ()


def test_nothing_is_signed_on_top_of_a_version_that_was_changed(signed: Path, keys: Path) -> None:
    """Else a line that was smuggled into version 1 would be no change of version 2, and its owner would sign it."""
    folder = version_folder(signed, 1)
    line = (folder / "allowed_signers").read_text().replace("alice@example.com", "eve@example.com").splitlines()[1]
    eve = line.rpartition(" ")[0] + " " + (keys / "bob.pub").read_text().split()[1]
    with (folder / "allowed_signers").open("a") as file:
        file.write(eve + "\n")
    names = ("allowed_signers", "policy/prod", "revoked_bundles", "revoked_keys", "roots", "version")
    sums = subprocess.run(["sha256sum", *names], cwd=folder, capture_output=True, check=True).stdout
    (folder / "SHA256SUMS").write_bytes(sums)
    trust.policy(signed, "prod", {"dba": 1})
    standing = trust.where_it_stands(signed)
    assert standing is not None
    assert "eve" not in "".join(map(str, standing.changes))
    with pytest.raises(VerificationError, match=r"step 2: a signature of the trust folder is not good"):
        trust.sign(signed, keys / "root")
    assert newest(signed) == 1


def test_a_next_that_does_not_follow_any_more_is_refused(signed: Path, keys: Path, tmp_path: Path) -> None:
    trust.policy(signed, "prod", {"dba": 1})
    shutil.copytree(signed / "next", tmp_path / "mine")
    trust.policy(signed, "staging", {"dba": 1})
    assert trust.sign(signed, keys / "root") == 2
    shutil.copytree(tmp_path / "mine", signed / "next")
    refused = Refusals(signed)
    for call, given in ((trust.sign, (keys / "root",)), (trust.policy, ("prod", {"dba": 2})), (trust.roots, ())):
        assert refused(UsageError, call, *given).startswith("next/ does not follow from version 2, the newest")
    warnings = trust.check(signed, now=NOW).warnings
    assert str(warnings[0]).startswith("next/ can't be signed: next/ does not follow from version 2")


def test_a_version_that_verifiers_would_refuse_is_not_signed(tmp_path: Path, keys: Path) -> None:
    folder = tmp_path / "trust"
    trust.init(folder, policies={"prod": {"dba": 1}}, roots=[(keys / "root.pub", None)])
    why = Refusals(folder)(SigningError, trust.sign, keys / "root")
    assert why.startswith("verifiers would refuse this version: step 1: allowed_signers is empty")
    trust.add(folder, keys / "dora.pub", roles=["dba"], environments=["prod"])
    genuine = tree(folder / "next")
    for name, text in (
        ("allowed_signers", '* namespaces="dba.prod.v1@sqlgen" ssh-ed25519 AAAA\n'),
        ("policy/prod", "dba 0\n"),
        ("policy/prod", ""),
        ("revoked_keys", "nonsense\n"),
        ("notes.txt", "hello\n"),
        ("roots", "\n"),
        ("version", "number 1\nneed 1\n"),
    ):
        (folder / "next" / name).write_text(text)
        with pytest.raises(SqlgenError, match=r"verifiers would refuse|ill-formed|root keys"):
            trust.sign(folder, keys / "root")
        said = [str(each) for each in trust.check(folder, now=NOW).warnings]
        assert [line.partition(":")[0] for line in said] == ["next/ can't be signed"]
        assert not (folder / "versions").exists()
        shutil.rmtree(folder / "next")
        for each, data in genuine.items():
            (folder / "next" / each).parent.mkdir(parents=True, exist_ok=True)
            (folder / "next" / each).write_bytes(data)
    assert trust.sign(folder, keys / "root") == 1


def test_there_must_be_something_to_sign(signed: Path, keys: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is nothing to sign"):
        trust.sign(signed, keys / "root")
    trust.policy(signed, "prod", {"review": 1, "dba": 2})
    trust.policy(signed, "prod", {"review": 1, "dba": 1})
    with pytest.raises(UsageError, match="next/ changes nothing"):
        trust.sign(signed, keys / "root")
    with pytest.raises(UsageError, match="there is no trust folder"):
        trust.policy(tmp_path / "nowhere", "prod", {"dba": 1})
    assert not (tmp_path / "nowhere").exists()


def test_whoever_looks_at_the_changes_may_stop_the_signing(refused: Refusals, keys: Path) -> None:
    seen: list[str] = []

    def look(changes: object, warnings: object) -> None:
        seen.extend(map(str, changes))  # type: ignore[call-overload]
        raise UsageError(seen[0], hint=seen[1])  # type: ignore[arg-type]

    before = tree(refused.folder)
    with pytest.raises(UsageError):
        trust.sign(refused.folder, keys / "root", look=look)
    assert tree(refused.folder) == before
    assert "prod needs: review 1, dba 1" in seen


def test_who_signs_sees_what_keepers_should_look_at_in_it(signed: Path, keys: Path) -> None:
    trust.policy(signed, "prod", {"review": 2, "dba": 1})
    seen: list[str] = []
    assert trust.sign(signed, keys / "root", look=lambda _, warnings: seen.extend(map(str, warnings))) == 2
    assert seen == ["prod can't be signed: review needs 2, and 1 can"]


# What changes, in words.


def test_every_change_is_said(signed: Path, keys: Path) -> None:
    def print_of(who: str) -> str:
        done = subprocess.run(["ssh-keygen", "-l", "-f", keys / f"{who}.pub"], capture_output=True, text=True)
        return done.stdout.split()[1]

    trust.add(signed, keys / "alice.pub", roles=["author"], environments=["prod"], valid_before=date(2027, 1, 1))
    trust.add(signed, keys / "bob.pub", roles=["dba"], environments=["prod"], breakglass=True)
    trust.remove(signed, "dora@example.com")
    trust.policy(signed, "prod", {"review": 2, "dba": 1}, ticket=True)
    trust.policy(signed, "prod", {"dba": 1}, breakglass=True)
    trust.revoke_bundle(signed, "ab" * 32, because="wrong")
    trust.revoke_key(signed, name="alice@example.com", because="lost")
    trust.roots(signed, add=[(keys / "rita.pub", None)], need=2)
    standing = trust.where_it_stands(signed)
    assert standing is not None
    assert [str(each) for each in standing.changes] == [
        f"root key: rita@example.com {print_of('rita')}",
        "root keys that must sign a version: 2, until now 1",
        "prod needs: review 2, dba 1, need ticket; until now: review 1, dba 1",
        "prod in an emergency needs: dba 1",
        f"alice@example.com may no longer: reject, review in prod (key {print_of('alice')})",
        f"dora@example.com may no longer: dba, receipt, reject in prod (key {print_of('dora')})",
        f"alice@example.com may: author, reject, review in prod (key {print_of('alice')} until 20270101)",
        f"bob@example.com may: receipt, reject in prod; dba in prod in an emergency (key {print_of('bob')})",
        f"revoked: key {print_of('alice')} alice@example.com: lost",
        f"revoked: bundle {'ab' * 32}: wrong",
    ]
    assert trust.sign(signed, keys / "root") == 2
    back = [str(each) for each in changes(version(signed, 2), version(signed, 1))]
    assert f"root key taken away: rita@example.com {print_of('rita')}" in back
    assert f"revoked no longer: bundle {'ab' * 32}" in back
    assert "no policy any more for prod in an emergency: dba 1" in back
    assert (
        f"bob@example.com may no longer: receipt, reject in prod; dba in prod in an emergency (key {print_of('bob')})"
        in back
    )


def test_a_line_that_lets_an_ended_key_in_again_is_not_hidden_by_the_one_that_is_there(
    signed: Path, keys: Path
) -> None:
    trust.add(signed, keys / "alice.pub", roles=["review"], environments=["prod"], valid_before=date(2026, 1, 1))
    assert trust.sign(signed, keys / "root") == 2
    trust.policy(signed, "staging", {"dba": 1})
    trust.remove_policy(signed, "staging")
    ended = next_file(signed, "allowed_signers")
    (signed / "next" / "allowed_signers").write_text(ended.replace(',valid-before="20260101"', "") + ended)
    standing = trust.where_it_stands(signed)
    assert standing is not None
    said = [str(each).partition(" (")[0] for each in standing.changes]
    assert said == ["alice@example.com may: reject, review in prod"]


def test_a_change_to_comments_alone_is_said_as_well(signed: Path) -> None:
    trust.policy(signed, "staging", {"dba": 1})
    trust.remove_policy(signed, "staging")
    with (signed / "next" / "allowed_signers").open("a") as file:
        file.write("# dora is away in May\n")
    standing = trust.where_it_stands(signed)
    assert standing is not None
    assert [str(each) for each in standing.changes] == ["comments, or the order of lines, and nothing else"]


# What keepers should look at.


def warnings(folder: Path, keys: Path, *, now: datetime = NOW) -> list[str]:
    """What check says once the change is signed."""
    trust.sign(folder, keys / "root")
    return [str(each) for each in trust.check(folder, now=now).warnings]


def test_a_good_trust_folder_has_no_warnings(fresh: Path, keys: Path) -> None:
    assert warnings(fresh, keys) == []
    said = [str(each) for each in trust.check(fresh, now=NOW).says]
    assert "prod needs: review 1, dba 1" in said
    assert any(each.startswith("alice@example.com may: reject, review in prod (key SHA256:") for each in said)


def test_policies_that_nobody_can_fill_are_named(fresh: Path, keys: Path) -> None:
    trust.policy(fresh, "prod", {"review": 2, "dba": 1}, after=["staging"])
    trust.policy(fresh, "prod", {"dba": 1}, breakglass=True)
    assert warnings(fresh, keys)[:3] == [
        "prod can't be signed: review needs 2, and 1 can",
        "prod needs a receipt of staging, and nobody may sign one (--receipt)",
        "prod in an emergency can't be signed: dba needs 1, and 0 can",
    ]


def test_one_person_in_two_roles_fills_one(fresh: Path, keys: Path) -> None:
    trust.add(fresh, keys / "alice.pub", roles=["author"], environments=["prod"])
    trust.policy(fresh, "prod", {"author": 1, "review": 1, "dba": 1})
    why = "prod can't be signed: it needs 3 different people, and 2 can: nobody counts in two roles"
    assert warnings(fresh, keys) == [why]
    trust.add(fresh, keys / "bob.pub", roles=["review"], environments=["prod"])
    assert warnings(fresh, keys) == []


def test_keys_that_are_revoked_or_end_are_named(fresh: Path, keys: Path) -> None:
    prod = {"roles": ["dba"], "environments": ["prod"]}
    trust.add(fresh, keys / "dora.pub", **prod, valid_before=date(2026, 6, 20))  # type: ignore[arg-type]
    trust.add(fresh, keys / "bob.pub", **prod, valid_after=date(2026, 7, 1))  # type: ignore[arg-type]
    trust.revoke_key(fresh, name="alice@example.com")
    said = warnings(fresh, keys)
    assert said[0] == "prod can't be signed: review needs 1, and 0 can"
    assert [line.partition("the key ")[0] + line.rpartition(" is ")[2] for line in said[1:4]] == [
        "alice@example.com: revoked",
        "dora@example.com: valid until 2026-06-20",
        "bob@example.com: not valid before 2026-07-01",
    ]
    assert said[4:] == [
        "alice@example.com has no key that can sign now",
        "bob@example.com has no key that can sign now",
    ]
    later = [str(each) for each in trust.check(fresh, now=datetime(2026, 6, 20, tzinfo=UTC)).warnings]
    assert any(each.endswith("is not valid since 2026-06-20") for each in later)


def test_roles_that_nothing_asks_for_machines_and_emergencies_without_a_review_are_named(
    fresh: Path, keys: Path
) -> None:
    trust.add(fresh, keys / "alice.pub", roles=["author"], environments=["test"])
    trust.add(fresh, keys / "bob.pub", roles=["author"], environments=["prod"])
    trust.add(fresh, keys / "robot.pub", roles=["ci"], environments=["staging"])
    trust.policy(fresh, "staging", {"ci": 1})
    trust.policy(fresh, "staging", {"dba": 1}, breakglass=True)
    trust.add(fresh, keys / "rita.pub", roles=["review"], environments=["prod"])
    text = next_file(fresh, "allowed_signers").replace(",review.prod.v1@sqlgen", "")  # alice's and rita's
    (fresh / "next" / "allowed_signers").write_text(text)
    said = warnings(fresh, keys)
    assert "staging needs no person at all: whoever has a machine's key applies what they like" in said
    assert "nobody may sign what was run in staging (--receipt), so the ledger stays empty" in said
    assert "after an emergency in staging, nobody may sign the review" in said
    assert "alice@example.com is author in test, which has no policy" in said
    assert "rita@example.com has no role: all that this key may do is to reject" in said
    assert "bob@example.com is author in prod, whose policy has no such role" in said
    assert "robot@example.com is a machine: its signature says that a job ran, and nothing of what a person saw" in said


def test_names_that_nothing_else_has_are_named_with_the_one_that_was_meant(fresh: Path, keys: Path) -> None:
    trust.policy(fresh, "staging", {"dba": 1})
    trust.add(fresh, keys / "dora.pub", roles=["dba"], environments=["staging"])
    assert warnings(fresh, keys) == []
    before = trust.begin(fresh)
    trust.add(fresh, keys / "alice.pub", roles=["review"], environments=["prd"])
    trust.add(fresh, keys / "bob.pub", roles=["db", "writer"], environments=["prod"])
    trust.policy(fresh, "prdo", {"review": 1})
    trust.policy(fresh, "prod", {"review": 1, "dba": 1}, after=["stagign"])
    trust.policy(fresh, "quality", {"review": 1})
    expected = [
        "prod comes after stagign, which has no policy; did you mean staging?",
        "prdo has a policy, and nobody has a role there; did you mean prod?",
        "alice@example.com is review in prd, which has no policy; did you mean prod?",
        "bob@example.com is db in prod, whose policy has no such role; did you mean dba?",
        "bob@example.com is writer in prod, whose policy has no such role",
    ]
    assert [str(each) for each in trust.typos(before, trust.begin(fresh))] == expected
    assert trust.typos(trust.begin(fresh), trust.begin(fresh)) == ()
    said = [str(each) for each in trust.check(fresh, now=NOW).warnings]
    assert [each for each in said if each.removeprefix("next/: ") in expected] == [
        f"next/: {each}" for each in expected
    ]
    assert "next/: quality can't be signed: review needs 1, and 0 can" in said
    assert warnings(fresh, keys)[-5:] == expected


def test_the_first_version_is_looked_at_before_anybody_signs_it(fresh: Path) -> None:
    trust.policy(fresh, "prod", {"review": 2, "dba": 1})
    assert [str(each) for each in trust.check(fresh, now=NOW).warnings] == [
        "next/: prod can't be signed: review needs 2, and 1 can"
    ]


def test_verifiers_that_are_not_ours_are_named_and_replaced(signed: Path) -> None:
    (signed / "verify.sh").write_text("#!/bin/sh\nexit 0\n")
    (signed / "verify.py").unlink()
    said = [str(each).partition(".")[0] for each in trust.check(signed, now=NOW).warnings]
    assert said == ["verify", "verify"]
    trust.put_verifiers(signed)
    assert trust.check(signed, now=NOW).warnings == ()
    assert os.access(signed / "verify.sh", os.X_OK)


@pytest.mark.parametrize("number", [1, 2])
def test_a_version_that_was_changed_afterwards_is_refused(signed: Path, keys: Path, number: int) -> None:
    trust.policy(signed, "prod", {"dba": 1})
    assert trust.sign(signed, keys / "root") == 2
    assert trust.check(signed, now=NOW).number == 2
    with (version_folder(signed, number) / "policy" / "prod").open("a") as file:
        file.write("# nothing\n")
    with pytest.raises(VerificationError, match="step 2: the trust folder is not as it was signed"):
        trust.check(signed, now=NOW)


# Nothing is half-written.


def test_a_key_that_cannot_sign_leaves_everything_as_it_was(
    refused: Refusals, keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = keygen(tmp_path / "locked", comment="root@example.com", passphrase="secret")
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "never")
    assert "has a passphrase that was not given" in refused(SigningError, trust.sign, locked)
    assert "there is no key" in refused(SigningError, trust.sign, tmp_path / "nowhere")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "ssh-keygen is missing" in refused(ToolMissing, trust.sign, keys / "root")


@pytest.mark.parametrize("fails", range(1, 4))
def test_a_disk_that_fails_at_any_rename_leaves_the_old_or_the_new(
    signed: Path, keys: Path, monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    trust.policy(signed, "prod", {"dba": 1})
    old = tree(signed)
    count = 0
    real = os.replace

    def replace(*given: str) -> None:
        nonlocal count
        count += 1
        if count == fails:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(*given)

    monkeypatch.setattr(os, "replace", replace)
    if fails < 3:  # next/ is moved away, the new one takes its place
        with pytest.raises(OutputError, match="Input/output error"):
            trust.policy(signed, "prod", {"dba": 2})
        assert tree(signed) == old
    else:
        trust.policy(signed, "prod", {"dba": 2})
        assert next_file(signed, "policy/prod") == "dba 2\n"
    assert sorted(path.name for path in signed.iterdir() if path.name.startswith(".next")) == []


def test_who_is_killed_at_any_moment_leaves_a_next_that_is_whole(signed: Path, keys: Path) -> None:
    trust.policy(signed, "prod", {"dba": 1})
    old = tree(signed)
    dying = (
        "import os, sys; from pathlib import Path; from sqlgen.bundle import trust\n"
        "real, left = os.replace, [int(sys.argv[2])]\n"
        "def replace(*given):\n"
        "    left[0] -= 1\n"
        "    if left[0] < 0: os._exit(9)\n"
        "    real(*given)\n"
        "os.replace = replace\n"
        "trust.policy(Path(sys.argv[1]), 'prod', {'dba': 2})\n"
    )
    for moment, code in ((0, 9), (1, 9), (2, 0)):
        done = subprocess.run([sys.executable, "-c", dying, signed, str(moment)])
        assert done.returncode == code
        standing = trust.where_it_stands(signed)
        assert standing is not None
        assert next_file(signed, "policy/prod") == ("dba 2\n" if code == 0 else "dba 1\n")
        if code:
            assert {name: data for name, data in tree(signed).items() if not name.startswith(".next.new")} == old
    assert [path.name for path in signed.iterdir() if path.name.startswith(".next")] == []


def test_a_version_that_cannot_be_written_leaves_next_with_the_signature(signed: Path, keys: Path) -> None:
    trust.policy(signed, "prod", {"dba": 1})
    (signed / "versions" / "2").write_bytes(b"in the way")
    with pytest.raises(SqlgenError):
        trust.sign(signed, keys / "root")
    (signed / "versions" / "2").unlink()
    assert trust.sign(signed, keys / "root") == 2
    assert [path.name for path in signed.iterdir() if path.name.startswith(".next")] == []


@contextmanager
def no_space() -> Iterator[None]:
    """No file can be longer than some bytes: what a full disk is to a program."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_everything_as_it_was(signed: Path, keys: Path, tmp_path: Path) -> None:
    before = tree(signed)
    with no_space(), pytest.raises(OutputError, match="can't be written: File too large"):
        trust.add(signed, keys / "bob.pub", roles=["review"], environments=["prod"])
    assert tree(signed) == before
    with no_space(), pytest.raises(OutputError, match="can't be written: File too large") as caught:
        trust.init(tmp_path / "new", policies={"prod": {"dba": 1}}, roots=[(keys / "root.pub", None)])
    assert str(tmp_path / "new") in str(caught.value)
    assert not any("new" in path.name for path in tmp_path.iterdir())


def test_a_folder_that_is_read_only_is_said(signed: Path, keys: Path) -> None:
    signed.chmod(0o555)
    if os.access(signed, os.W_OK):
        pytest.skip("root may write everywhere")
    try:
        with pytest.raises(OutputError, match="can't be written: Permission denied"):
            trust.add(signed, keys / "bob.pub", roles=["review"], environments=["prod"])
    finally:
        signed.chmod(0o755)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no file system here that nobody may write")
def test_a_place_where_nothing_can_be_made_is_said(keys: Path) -> None:
    with pytest.raises(OutputError, match=r"/proc/trust can't be written"):
        trust.init(Path("/proc/trust"), policies={"prod": {"dba": 1}}, roots=[(keys / "root.pub", None)])
