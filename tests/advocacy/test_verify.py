"""`verify.py`: whatever was changed in the published files, it says so, and it needs nothing of ours."""

import json
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.utils import timezone
from nacl.signing import SigningKey

from icma.advocacy import jobs, keyring, verify
from icma.advocacy.actions.log.batcher import log_signatures
from icma.advocacy.actions.petitions import tighten
from icma.advocacy.models import Signature
from icma.advocacy.publishing import folder
from tests.advocacy.log_kit import grown, sign, told, withdraw

pytestmark = pytest.mark.one_engine  # files; that both databases write the same ones stands in test_log.py
PROGRAM = Path(verify.__file__)


@pytest.fixture
def log(country, at, settings, tmp_path):
    """Folder of a log of 12 adds and 2 removals under four checkpoints."""
    settings.HOME = tmp_path
    return grown(country, at)[1]


def change(path: Path, edit) -> None:
    path.write_bytes(edit(path.read_bytes()))


def rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def write(path: Path, found: list[dict]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in found))


@pytest.mark.django_db
def test_an_untouched_log_holds_with_key_and_number(log):
    key = bytes(keyring.public_key()).hex()
    code, text = told(log, "--key", key, "--number", "10")
    assert code == 0 and "4 checkpoints, 12 adds, 2 removals, count 10" in text and key in text
    assert "not prove that those who signed are real people" in text


# --- every change of a leaf ---------------------------------------------------------------------------
@pytest.mark.django_db
def test_every_flipped_leaf_is_detected(log):
    whole = (log / "leaves.bin").read_bytes()
    for bit in range(0, len(whole) * 8, 7):  # every byte, and every bit of a byte somewhere
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        (log / "leaves.bin").write_bytes(changed)
        assert told(log)[0] == 1, bit


@pytest.mark.django_db
def test_every_deleted_inserted_or_moved_leaf_is_detected(log):
    whole = (log / "leaves.bin").read_bytes()
    leaves = [whole[at : at + 32] for at in range(0, len(whole), 32)]
    n, tried = len(leaves), 0
    for i in range(n):
        others = leaves[:i] + leaves[i + 1 :]
        changed = [others] + [leaves[:i] + [new] + leaves[i:] for new in (bytes(32), leaves[i], leaves[0])]
        changed += [others[:j] + [leaves[i]] + others[j:] for j in range(n) if j != i]
        for found in changed:
            (log / "leaves.bin").write_bytes(b"".join(found))
            assert told(log)[0] == 1, (i, len(found))
            tried += 1
    (log / "leaves.bin").write_bytes(whole + bytes(32))
    assert told(log)[0] == 1 and tried == n * (n + 3)
    (log / "leaves.bin").write_bytes(whole[:-1])
    assert told(log)[0] == 1


# --- checkpoints --------------------------------------------------------------------------------------
def _cut_middle(found):
    return found[:1] + found[2:]


def _swap(found):
    return [found[1], found[0], *found[2:]]


def _other_body(found, **more):
    body = json.loads(found[1]["body"]) | more
    return [found[0], found[1] | {"body": verify.canonical(body)}, *found[2:]]


def _signed_anew(found, **more):
    """The holder of the key rewrites a checkpoint in the middle and signs it."""
    body = verify.canonical(json.loads(found[1]["body"]) | more)
    signature = keyring.signer().sign(body.encode()).signature.hex()
    return [found[0], found[1] | {"body": body, "signature": signature}, *found[2:]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "edit, words",
    [
        (_cut_middle, "does not follow"),
        (_swap, "does not follow"),
        (lambda found: found[1:], "does not follow"),
        (lambda found: found[:-1], "count.json differs"),
        (lambda found: [*found, found[-1]], "should have number"),
        (lambda found: _other_body(found, adds=8), "bad signature"),
        (lambda found: _other_body(found, at="2020-01-01T00:00:00+00:00"), "bad signature"),
        (lambda found: _signed_anew(found, adds=8), "is not the size"),
        (lambda found: _signed_anew(found, at="2020-01-01T00:00:00+00:00"), "went back"),
        (lambda found: _signed_anew(found, root="00" * 32), "another root"),
        (lambda found: _signed_anew(found, size=6, adds=6), "another root"),
        (lambda found: _signed_anew(found, petition="ANOTHER1"), "another petition"),
        (lambda found: [row | {"key": "00" * 32} for row in found], "bad signature"),
        (lambda found: [found[0] | {"signature": "00" * 64}, *found[1:]], "bad signature"),
    ],
)
def test_a_tampered_checkpoint_is_detected(log, edit, words):
    path = log / "checkpoints.jsonl"
    write(path, edit(rows(path)))
    code, text = told(log)
    assert code == 1 and words in text, text


@pytest.mark.django_db
def test_a_whole_log_signed_with_another_key_is_detected_by_whoever_noted_the_key(log):
    noted, other = bytes(keyring.public_key()).hex(), SigningKey.generate()
    before, found = verify.FIRST, []
    for row in rows(log / "checkpoints.jsonl"):
        body = verify.canonical(json.loads(row["body"]) | {"previous": before})
        signature = other.sign(body.encode()).signature
        before = verify.link_of(body, signature)
        found.append({"body": body, "signature": signature.hex(), "key": bytes(other.verify_key).hex()})
    write(log / "checkpoints.jsonl", found)
    assert told(log)[0] == 0  # alone it holds: that is why the key is printed on posters
    code, text = told(log, "--key", noted)
    assert code == 1 and "another key" in text


@pytest.mark.django_db
def test_history_written_anew_is_detected_by_whoever_saved_checkpoints(log, country, at, tmp_path, settings):
    saved = tmp_path / "saved.jsonl"
    saved.write_bytes((log / "checkpoints.jsonl").read_bytes())
    assert told(log, "--saved", str(saved))[0] == 0
    settings.HOME = tmp_path / "other"
    other = grown(country, at, steps=(9, 9), code="PETXT002")[1]
    code, text = told(other, "--saved", str(saved))
    assert code == 1 and "that you saved is gone" in text


# --- removals, number, receipt ------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    "edit",
    [
        lambda found: found[:-1],
        lambda found: [*found, found[0]],
        lambda found: found[::-1],
        lambda found: [found[0] | {"reason": "machine"}, found[1]],
        lambda found: [found[0] | {"reason": ""}, found[1]],
        lambda found: [found[0] | {"index": found[1]["index"]}, found[1]],
        lambda found: [found[0] | {"leaf": 3}, found[1]],
        lambda _found: [],
    ],
)
def test_removals_that_are_hidden_invented_or_changed_are_detected(log, edit):
    path = log / "removals.jsonl"
    write(path, edit(rows(path)))
    assert told(log)[0] == 1


@pytest.mark.django_db
def test_a_leaf_cannot_be_removed_twice_even_by_the_holder_of_the_key(log, at):
    """The count could be pushed down unseen: the same leaf removed again, signed and all."""
    gone = Signature.objects.filter(valid=False).first()
    index = rows(log / "removals.jsonl")[0]["index"]
    Signature.objects.filter(pk=gone.pk).update(leaf=index)
    log_signatures(at=at + timedelta(hours=1))
    code, text = told(log)
    assert code == 1 and "cannot be removed" in text


@pytest.mark.django_db
@pytest.mark.parametrize("more", [{"count": 11}, {"count": 9}, {"adds": 13}, {"step": 5}, {"root": ""}])
def test_a_number_that_is_not_adds_less_removes_is_detected(log, more):
    path = log / "count.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | more))
    assert told(log)[0] == 1


@pytest.mark.django_db
def test_a_number_that_was_never_on_the_page_is_detected(log):
    assert told(log, "--number", "12")[0] == 0  # an earlier one
    assert told(log, "--number", "11")[0] == 1


@pytest.mark.django_db
def test_every_receipt_is_found_and_no_other(log, country, at):
    petition, place, nonces = grown(country, at, code="PETXT002")
    said = [told(place, "--receipt", f"PETXT002-{nonce.hex().upper()}") for nonce in nonces]
    assert [code for code, _text in said].count(0) == 10
    assert sum("was removed: withdrawn" in text for _code, text in said) == 2
    code, text = told(place, "--receipt", "ab" * 32)
    assert code == 1 and "not in the log" in text
    assert told(place, "--receipt", "ab")[0] == 1
    assert told(log, "--receipt", nonces[0].hex())[0] == 1  # of another petition


# --- reading ------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["count.json", "leaves.bin", "removals.jsonl", "checkpoints.jsonl"])
def test_a_missing_or_torn_file_is_said_and_is_no_verdict(log, name):
    whole = (log / name).read_bytes()
    if name != "leaves.bin":
        (log / name).write_bytes(whole[:-9])
        assert told(log)[0] == 2
    (log / name).unlink()
    code, text = told(log)
    assert code == 2 and f"{name} cannot be read" in text


@pytest.mark.django_db
def test_noise_is_never_taken_for_a_log(log):
    dice = random.Random(3)
    for name in ("count.json", "removals.jsonl", "checkpoints.jsonl", "leaves.bin"):
        whole = (log / name).read_bytes()
        for _try in range(40):
            changed = bytearray(whole)
            changed[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
            (log / name).write_bytes(changed)
            parsed = _same(name, bytes(changed), whole)
            assert parsed or told(log)[0] in (1, 2)
        (log / name).write_bytes(whole)


def _same(name: str, changed: bytes, whole: bytes) -> bool:
    """A flip that leaves what is checked as it was: the case of a hexadecimal letter, the goal in count.json."""
    if name != "count.json":
        return changed.lower() == whole.lower()
    try:
        one, other = json.loads(changed), json.loads(whole)
    except ValueError:
        return False
    checked = ("petition", "count", "step", "number", "size", "adds", "removes", "root", "at")
    return all(one.get(key) == other[key] for key in checked)


@pytest.mark.django_db
def test_it_stands_alone_from_a_folder_and_from_an_address(log, tmp_path):
    alone = tmp_path / "alone" / "verify.py"
    alone.parent.mkdir()
    alone.write_bytes(PROGRAM.read_bytes())
    handler = partial(SimpleHTTPRequestHandler, directory=str(log))
    handler.func.log_message = lambda *_: None
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        for where in (str(log), f"http://127.0.0.1:{server.server_port}/"):
            done = subprocess.run(
                [sys.executable, "-I", str(alone), where], capture_output=True, text=True, cwd=alone.parent
            )
            assert done.returncode == 0 and "hər şey düz gəlir" in done.stdout, done.stdout + done.stderr
    finally:
        server.shutdown()
        server.server_close()


# --- a log that grows while it is read ------------------------------------------------------------------
READ = ("count.json", "leaves.bin", "removals.jsonl", "witnesses.jsonl", "checkpoints.jsonl")  # in this order


@pytest.fixture
def states(country, at, settings, tmp_path):
    """Folders of one log as it stood at seven moments, with removals in between; and a receipt that holds in all."""
    settings.HOME = tmp_path
    petition, place, nonces = grown(country, at)
    found = []
    for n in range(7):
        found.append(shutil.copytree(place, tmp_path / f"state{n}"))
        withdraw(petition, n % 3)
        sign(petition, 2 + n, at)
        log_signatures(at=at + timedelta(hours=1 + n))
    return found, next(nonce for nonce in nonces if told(found[-1], "--receipt", nonce.hex())[0] == 0)


@contextmanager
def served(which):
    """An address whose file `name` is asked for the `n`th time: `which(name, n)` gives the folder it comes from."""
    asked = Counter()

    class Handler(SimpleHTTPRequestHandler):
        def translate_path(self, path):
            name = path.strip("/")
            asked[name] += 1
            return str(which(name, asked[name]) / name)

        def log_message(self, *_more):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.django_db
def test_a_log_that_grows_before_every_read_holds(states):
    folders, nonce = states
    later = iter(folders)
    with served(lambda _name, _n: next(later)) as address:
        code, text = told(address, "--receipt", nonce.hex())
    assert code == 0 and "the log grew while it was read" in text and "DOES NOT" not in text, text


@pytest.mark.django_db
def test_files_that_were_taken_one_by_one_hold_wherever_the_log_grew_between_them(states, tmp_path):
    (old, *_some, new), nonce = states
    for taken in range(1, len(READ)):
        place = tmp_path / f"taken{taken}"
        place.mkdir()
        for n, name in enumerate(READ):
            shutil.copy((old if n < taken else new) / name, place)
        code, text = told(place, "--receipt", nonce.hex())
        assert code == 0 and "DOES NOT" not in text, (taken, text)
        leaves = (place / "leaves.bin").read_bytes()
        if leaves != (old / "leaves.bin").read_bytes():  # what came later is looked at as well
            (place / "leaves.bin").write_bytes(leaves[:-1] + bytes([leaves[-1] ^ 1]))
            assert told(place)[0] == 1


@pytest.mark.django_db
def test_files_that_were_taken_in_another_order_are_not_said_to_be_forged_alone(states, tmp_path):
    (old, *_some, new), _nonce = states
    place = shutil.copytree(new, tmp_path / "taken")
    shutil.copy(old / "leaves.bin", place)
    code, text = told(place)
    assert code == 1 and "download all of them again, count.json first" in text


@pytest.mark.django_db
@pytest.mark.parametrize("name", READ[1:])
def test_a_file_that_lags_behind_is_read_again_before_anything_is_said(states, monkeypatch, name):
    monkeypatch.setattr(verify, "PAUSE", 0)
    (old, *_some, new), _nonce = states
    with served(lambda asked, n: old if asked == name and n == 1 else new) as address:
        assert told(address)[0] == 0
    if name != "witnesses.jsonl":
        with served(lambda asked, _n: old if asked == name else new) as address:
            assert told(address)[0] == 1  # four times is not a cache any more


@pytest.mark.django_db
def test_a_number_that_stays_behind_its_log_is_detected(states, monkeypatch):
    """Removals were logged and the page goes on showing what was before."""
    monkeypatch.setattr(verify, "PAUSE", 0)
    (old, *_some, new), _nonce = states
    with served(lambda asked, _n: old if asked == "count.json" else new) as address:
        code, text = told(address)
    assert code == 1 and "count.json stays behind" in text


def test_it_imports_the_standard_library_and_pynacl_alone():
    import ast

    names = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name).split(".")[0]
        for node in ast.walk(ast.parse(PROGRAM.read_text("utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert names - set(sys.stdlib_module_names) == {"nacl"}


def test_without_pynacl_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(verify, "VerifyKey", None)
    code, text = told(tmp_path)
    assert code == 2 and "pip install pynacl" in text


@pytest.mark.django_db
def test_a_log_with_many_removals_and_returns_holds(country, at, settings, tmp_path):
    settings.HOME = tmp_path
    petition, place, _nonces = grown(country, at, steps=(40, 40), gone=17)
    Signature.objects.filter(valid=False).update(valid=True, reason="")
    sign(petition, 3, at)
    withdraw(petition, 9, "machine:7Q4FM2KD")
    log_signatures(at=at + timedelta(hours=1))
    code, text = told(place)
    assert code == 0 and "count 74" in text, text


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["open", "standard"])
def test_the_receipt_on_the_page_of_thanks_is_found_in_the_published_log(signer, settings, tmp_path, mode):
    settings.HOME = tmp_path
    found = signer(mode)
    page = found.sign("ada@misal.example").content.decode()
    receipt = re.search(r"[0-9A-Z]{8}-[0-9a-f]{64}", page).group()
    log_signatures(at=timezone.now())
    code, text = told(folder(found.petition.matter.code), "--receipt", receipt)
    assert code == 0 and "leaf 0" in text


@pytest.mark.django_db
def test_the_closing_of_a_protected_petition_leaves_a_log_that_holds(make_petition, settings, tmp_path):
    settings.HOME = tmp_path
    petition = make_petition("protected")
    sign(petition, 61, timezone.now())
    log_signatures(at=timezone.now())
    end = timezone.now() + timedelta(days=40)
    jobs.end(end, lambda _petition, _language, _head: "")
    petition.refresh_from_db()
    assert petition.closed_at and petition.shown == 50
    assert not Signature.objects.filter(tag__isnull=False).exists()
    assert not keyring.exists(petition.matter.code)
    code, text = told(folder(petition.matter.code), "--number", "50")
    assert code == 0, text


@pytest.mark.django_db
def test_of_a_petition_that_became_protected_it_says_why_the_page_shows_less(
    make_petition, cast, settings, tmp_path
):
    settings.HOME = tmp_path
    petition, at = make_petition("open"), timezone.now()
    sign(petition, 61, at)
    log_signatures(at=at)
    place = folder(petition.matter.code)
    assert "rounded down" not in told(place)[1]
    tighten(petition=petition, mode="protected", at=at, by=cast.coordinator)
    log_signatures(at=at)
    code, text = told(place, "--number", "50")
    assert code == 0 and "count 61" in text and "rounded down: 50" in text, text
