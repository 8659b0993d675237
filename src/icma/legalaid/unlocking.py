"""From words or a code to a ring, and from a browser's cookie to the ring again. Signing in is another act.

The passphrase's key is made in a child process, at most one a core across all workers: whoever finds none free
within some seconds is told to come again (`Busy`). A session holds half: the cookie one half, the row `Unlocked`
the other; only together they give the seed.
"""

import base64
import fcntl
import hashlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Max, Q

from icma.engines import codes, stretch, vault
from icma.engines.vault import Unopened
from icma.legalaid.models import KeyPair, KeyWrap, Read, Unlocked
from icma.legalaid.passphrases import bare
from icma.legalaid.ring import Ring

PATIENCE = 3.0  # seconds until somebody who waits for a core is sent away
IDLE, LONGEST = timedelta(minutes=20), timedelta(hours=8)
IDLE_CLIENT, LONGEST_CLIENT = timedelta(minutes=30), timedelta(hours=4)
MINUTE = timedelta(minutes=1)


class Busy(Exception):
    """Every core is deriving a key already."""


@contextmanager
def _core() -> Iterator[None]:
    """One of as many locks as there are cores; they are files, so that all workers share them."""
    folder = Path(settings.HOME) / "locks"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    until = time.monotonic() + PATIENCE
    while True:
        for number in range(os.cpu_count() or 1):
            handle = os.open(folder / f"unlock-{number}", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                continue
            try:
                yield
            finally:
                os.close(handle)
            return
        if time.monotonic() > until:
            raise Busy
        time.sleep(0.03)


def stretched(words: str, salt: bytes) -> bytes:
    """The passphrase's key. Raises Busy. The words go through a pipe, never through arguments or environment."""
    with _core():
        try:
            done = subprocess.run(
                [sys.executable, "-I", str(stretch.__file__)],
                input=salt + bare(words).encode(), capture_output=True, timeout=20, env={}, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired as error:
            raise Busy from error
    if done.returncode or len(done.stdout) != vault.KEY:
        raise Busy  # no memory for it now
    return done.stdout


def seed_place(pair: KeyPair, method: str) -> str:
    """Where a locked seed belongs."""
    return f"seed|{pair.code}|{method}"


def by_passphrase(*, pair: KeyPair, words: str, at: datetime) -> Ring:
    """Raises Unopened for wrong words, Busy when no core is free."""
    wrap = KeyWrap.objects.filter(pair=pair, method=KeyWrap.Method.PASSPHRASE).first()
    if wrap is None:
        raise Unopened("no passphrase")
    return _ring(pair, stretched(words, bytes(wrap.salt)), wrap, at)


def by_recovery_code(*, pair: KeyPair, code: str, at: datetime) -> Ring:
    """Raises Unopened for a wrong code; 95 bits need no stretching."""
    wrap = KeyWrap.objects.filter(pair=pair, method=KeyWrap.Method.PAPER).first()
    if wrap is None:
        raise Unopened("no recovery code")
    return _ring(pair, paper_key(code, bytes(wrap.salt)), wrap, at)


def paper_key(code: str, salt: bytes) -> bytes:
    """The key that a personal recovery code stands for."""
    return vault.derive(codes.normalise(code).encode() + salt, "recovery-code")


def _ring(pair: KeyPair, key: bytes, wrap: KeyWrap, at: datetime) -> Ring:
    seed = vault.unlock(key, bytes(wrap.blob), seed_place(pair, wrap.method))
    if vault.public_of(seed) != bytes(pair.public):
        raise Unopened("the public key was exchanged")
    return Ring(seed=seed, pair=pair, user=pair.owner, at=at)


# Sessions


class Halves(NamedTuple):
    """`cookie` for the browser; `hash` and `blob` for the row."""

    cookie: str
    hash: str
    blob: bytes


def halves(ring: Ring, tie: str) -> Halves:
    """Split a ring's seed. `tie`: the session of the account it is used in; '' for a client."""
    secret = secrets.token_bytes(vault.KEY)
    name = _name(secret)
    blob = ring.locked(vault.derive(secret, "session"), _session_place(ring.pair, name, tie))
    return Halves(base64.urlsafe_b64encode(secret).decode(), name, blob)


def rejoined(*, cookie: str, user: Any, tie: str, at: datetime) -> tuple[Ring, Unlocked] | None:
    """The ring of a live session, or None: wrong, of somebody else, idle too long, too old, or from the future."""
    secret = _secret(cookie)
    if secret is None:
        return None
    rows = Unlocked.objects.select_related("pair").filter(live(at), hash=_name(secret), user=user)
    row = rows.filter(pair__retired_on=None).first()
    if row is None:
        return None
    place = _session_place(row.pair, row.hash, tie)
    try:
        seed = vault.unlock(vault.derive(secret, "session"), bytes(row.blob), place)
    except Unopened:
        return None
    return Ring(seed=seed, pair=row.pair, user=user, at=not_before(at)), row


def live(at: datetime) -> Q:
    """Sessions that still open. A clock that was moved back ends them: they were seen in what is now the future."""
    staff = Q(user__isnull=False, seen_at__gt=at - IDLE, at__gt=at - LONGEST)
    client = Q(user=None, seen_at__gt=at - IDLE_CLIENT, at__gt=at - LONGEST_CLIENT)
    return (staff | client) & Q(seen_at__lte=at + MINUTE)


def not_before(at: datetime) -> datetime:
    """`at`, or the latest moment known here: a clock that is moved back revives no grant that has ended."""
    seen = Unlocked.objects.aggregate(latest=Max("seen_at"))["latest"]
    staff = Read.objects.filter(user__isnull=False)  # of clients the day alone is kept
    read = staff.order_by("-seq").values_list("at", flat=True).first()
    return max(moment for moment in (at, seen, read) if moment)


def hash_of(cookie: str) -> str:
    """Name of the row that belongs to a cookie; '' for what is none."""
    secret = _secret(cookie)
    return _name(secret) if secret else ""


def _secret(cookie: str) -> bytes | None:
    try:
        secret = base64.b64decode(cookie.encode("ascii"), b"-_", validate=True)
    except ValueError:
        return None
    return secret if len(secret) == vault.KEY else None


def _name(secret: bytes) -> str:
    return hashlib.sha256(b"icma|v1|unlocked|" + secret).hexdigest()


def _session_place(pair: KeyPair, name: str, tie: str) -> str:
    return f"unlocked|{pair.code}|{name}|{hashlib.sha256(tie.encode()).hexdigest()}"
