"""The wrapped keys of the vault in a stream of their own beside each backup, thrown away after 14 days.

Without them a backup holds legal aid as bytes that nobody opens: so what is erased is gone everywhere 14 days later,
however long the backups themselves are kept. The same holds for what nobody has published: `unpublished.py`.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

from icma.cli.unpublished import NOTHING, Found, bring_back

KEPT_DAYS = 14
MANIFEST, ROWS = "wraps.json", "wraps.jsonl"
MODELS = ("KeyWrap", "Receipt", "Grant", "ComplaintKey")
TABLES = (
    "legalaid_keywrap",
    "legalaid_receipt",
    "legalaid_grant",
    "legalaid_complaintkey",
    "legalaid_unlocked",
)  # not in the backup itself


def beside(folder: Path) -> Path:
    """The stream's folder that belongs to a backup's."""
    return folder.with_name(f"{folder.name}.wraps")


def save(folder: Path, today: date, found: Found = NOTHING) -> int:
    """Write the stream into `folder`; returns how many wrapped keys. Streams of 14 days ago beside it are deleted."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    count, digest = 0, hashlib.sha256()
    with (folder / ROWS).open("wb") as out:
        for row in chain(_rows(), found.lines()):
            line = json.dumps(row).encode() + b"\n"
            digest.update(line)
            out.write(line)
            count += "model" in row
    manifest = {"made_on": today.isoformat(), "rows": count, "sha256": digest.hexdigest()}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    forget(folder.parent, today)
    return count


def forget(parent: Path, today: date) -> list[Path]:
    """Delete streams older than 14 days in a folder of backups; returns which."""
    gone = []
    for manifest in parent.glob(f"*.wraps/{MANIFEST}"):
        if date.fromisoformat(json.loads(manifest.read_text("utf-8"))["made_on"]) <= today - timedelta(
            days=KEPT_DAYS
        ):
            shutil.rmtree(manifest.parent)
            gone.append(manifest.parent)
    return gone


def _rows() -> Iterator[dict[str, Any]]:
    from icma.legalaid import models

    for name in MODELS:
        for row in getattr(models, name).objects.order_by("pk").iterator(2000):
            yield {"model": name} | {
                field.attname: _plain(getattr(row, field.attname)) for field in row._meta.local_fields
            }


def _plain(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return {"hex": bytes(value).hex()}
    return value.isoformat() if hasattr(value, "isoformat") else value


def intact(folder: Path) -> bool:
    """True when the stream is there as it was written."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        with (folder / ROWS).open("rb") as source:
            return hashlib.file_digest(source, "sha256").hexdigest() == manifest["sha256"]
    except (OSError, ValueError, KeyError):
        return False


def load(folder: Path) -> int:
    """Bring wrapped keys, and what nobody has published, back into a restored database; how many keys.

    Those of cases that it does not hold are left out.
    """
    from django.db import transaction

    from icma.legalaid import models

    known = {
        "case_id": set(models.Case.objects.values_list("pk", flat=True)),
        "pair_id": (pairs := set(models.KeyPair.objects.values_list("pk", flat=True))),
        "complaint_id": set(models.Complaint.objects.values_list("pk", flat=True)),
        "holder_id": pairs | {None}, "member_id": pairs | {None},
    }  # fmt: skip
    kept: dict[str, list[Any]] = {name: [] for name in MODELS}
    texts = []
    with (folder / ROWS).open("r", encoding="utf-8") as source:
        for line in source:
            row = json.loads(line)
            if "table" in row:
                texts.append(row)
                continue
            model = getattr(models, row.pop("model"))
            if all(value in known[name] for name, value in row.items() if name in known):
                kept[model.__name__].append(model(**_typed(model, row)))
    with transaction.atomic():
        for name in MODELS:
            model = getattr(models, name)
            model.objects.all().delete()
            model.objects.bulk_create(kept[name], batch_size=500)
        bring_back(texts)
    return sum(map(len, kept.values()))


def _typed(model: Any, row: dict[str, Any]) -> dict[str, Any]:
    fields = {field.attname: field for field in model._meta.local_fields}
    return {
        name: bytes.fromhex(value["hex"]) if isinstance(value, dict) else fields[name].to_python(value)
        if not fields[name].is_relation else value
        for name, value in row.items()
    }  # fmt: skip
