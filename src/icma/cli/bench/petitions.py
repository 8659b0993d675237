"""Petitions for a bench: a country with a hundred of them, and what was counted in the end."""

import json
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from icma.advocacy.actions.petitions import new_key_pair, prepare_petition
from icma.advocacy.models import Leaf, Pending, Petition, Signature
from icma.advocacy.publishing import folder
from icma.cli.bench import bulk
from icma.core import keys
from icma.core.day import legal_day
from icma.law.actions import load_shipped
from icma.matters.models import Matter
from icma.people.actions.places import load_places


def build(count: str, listed: str) -> dict:
    """Migrate, and make that many open petitions; their codes are written into `listed`, the hot one first."""
    call_command("migrate", verbosity=0)
    for name in keys.NAMES:
        keys.make(name)
    at = timezone.now()
    with transaction.atomic():
        load_places(at=at)
        load_shipped(at=at)
        frame = bulk._frame(at)
        _secret, public = new_key_pair()
        made = [_one(number, frame, public, at) for number in range(int(count))]
    Path(listed).write_text("\n".join(petition.matter.code for petition in made))
    return {"petitions": len(made)}


def _one(number: int, frame: dict, public: bytes, at) -> Petition:
    petition = prepare_petition(
        community=frame["groups"][number % 40], title=f"Nümunə petisiya {number}", text="Ölçmə üçün.",
        place=frame["units"][number % 75], topic="infrastructure", authority=None, mode="open", public_key=public,
        opens_on=legal_day(at) - timedelta(days=1), closes_on=legal_day(at) + timedelta(days=30), at=at, by=frame["user"],
    )  # fmt: skip
    Matter.objects.filter(pk=petition.matter_id).update(stage="taken", published_at=at)
    return petition


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
        "counted": rows.count(), "difference": worst,
        "waiting": Pending.objects.filter(state__in=("waiting", "sending")).count(),
        "done": Pending.objects.filter(state="done").count(),
    }  # fmt: skip
