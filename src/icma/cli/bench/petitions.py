"""Petitions for a bench: a country with a hundred of them, and what was counted in the end."""

import hashlib
import json
import time
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from icma.advocacy.actions.log import leaves
from icma.advocacy.actions.log.invalidation import apply, propose
from icma.advocacy.actions.petitions import new_key_pair, prepare_petition
from icma.advocacy.models import Leaf, Pending, Petition, Signature
from icma.advocacy.publishing import folder, rebuild
from icma.advocacy.verify import add_leaf
from icma.cli.bench import bulk
from icma.cli.bench.crowd import ROBOTS
from icma.core import keys
from icma.core.day import legal_day
from icma.engines.merkle import Frontier
from icma.front.petitions import draw
from icma.law.actions import load_shipped
from icma.matters.models import Matter
from icma.people.actions.places import load_places
from icma.people.models import User

PART = 100_000  # rows a transaction


def build(count: str, listed: str) -> dict:
    """Migrate, and make that many open petitions; their codes are written into `listed`, the hot one first."""
    frame, at = _country(), timezone.now()
    _secret, public = new_key_pair()
    with transaction.atomic():
        made = [_one(number, frame, public, at) for number in range(int(count))]
    Path(listed).write_text("\n".join(petition.matter.code for petition in made))
    return {"petitions": len(made)}


def _country() -> dict:
    call_command("migrate", verbosity=0)
    for name in keys.NAMES:
        keys.make(name)
    at = timezone.now()
    with transaction.atomic():
        load_places(at=at)
        load_shipped(at=at)
        return bulk._frame(at)


def _one(number: int, frame: dict, public: bytes, at) -> Petition:
    petition = prepare_petition(
        community=frame["groups"][number % 40], title=f"Nümunə petisiya {number}", text="Ölçmə üçün.",
        place=frame["units"][number % 75], topic="infrastructure", authority=None, mode="open", public_key=public,
        opens_on=legal_day(at) - timedelta(days=1), closes_on=legal_day(at) + timedelta(days=30), at=at, by=frame["user"],
    )  # fmt: skip
    Matter.objects.filter(pk=petition.matter_id).update(stage="taken", published_at=at)
    return petition


def invalidate() -> dict:
    """A rule takes out what came from the robots' host to the hot petition; how many."""
    petition, user, at = Petition.objects.order_by("pk")[0], User.objects.order_by("pk")[0], timezone.now()
    with transaction.atomic():
        rule = propose(petition=petition, reason="machine", criteria={"host": ROBOTS}, at=at, by=user)
        return {"invalidated": apply(rule=rule, at=at, by=user)}


def counted() -> dict:
    """Signatures, and the greatest difference between recount, log and written page."""
    rows = Signature.objects.filter(valid=True)
    worst = 0
    for petition in Petition.objects.select_related("matter"):
        own = rows.filter(petition=petition).count()
        leaves = Leaf.objects.filter(petition=petition)
        log = leaves.filter(removes=None).count() - leaves.filter(removes__isnull=False).count()
        path = folder(petition.matter.code) / "count.json"
        page = json.loads(path.read_text())["count"] if path.exists() else 0
        worst = max(worst, abs(own - log), abs(own - page))
    return {
        "counted": Signature.objects.count(), "invalid": Signature.objects.filter(valid=False).count(),
        "difference": worst, "asks": Pending.objects.count(), "done": Pending.objects.filter(state="done").count(),
    }  # fmt: skip


def millions(size: str) -> dict:
    """One petition with so many signatures and leaves, written past the ORM; seconds of its recount and of its files."""
    frame, at, n = _country(), timezone.now(), int(size)
    _secret, public = new_key_pair()
    petition = _one(0, frame, public, at)
    log, code = Frontier(0, []), petition.matter.code
    with (
        connection.cursor() as cursor
    ):  # only for the filling: an index of random tags wants to lie in memory
        cursor.execute("PRAGMA cache_size = -1500000")
        cursor.execute("PRAGMA synchronous = OFF")
    signs = ("INSERT INTO advocacy_signature (petition_id, tag, channel, \"on\", sex, band, \"commit\", valid, reason, leaf)"
             " VALUES (%s, %s, 'web', %s, 'unknown', 'unknown', %s, true, '', %s)")  # fmt: skip
    log_rows = "INSERT INTO advocacy_leaf (petition_id, \"index\", hash, reason) VALUES (%s, %s, %s, '')"
    for start in range(0, n, PART):
        made, logged = [], []
        for index in range(start, min(start + PART, n)):
            commit = hashlib.sha256(b"%d" % index).digest()
            logged.append((petition.pk, index, add_leaf(code, commit)))
            made.append((petition.pk, commit[::-1], legal_day(at).isoformat(), commit, index))
            log.append(logged[-1][2])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(signs, made)
            cursor.executemany(log_rows, logged)
    leaves._sign(petition, log, None, at, leaves._sums(petition, log, n, 0, at))
    began = time.perf_counter()
    found = leaves.recount(petition)
    counted = time.perf_counter() - began
    assert found.agrees and found.log == n, found
    began = time.perf_counter()
    rebuild(petition, draw)
    return {"code": code, "recount_s": counted, "rebuild_s": time.perf_counter() - began}
