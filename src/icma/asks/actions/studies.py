"""The first studies, ready to ask: one press makes the draft. Their words are İcma's own (`data/studies.json`)."""

import functools
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from icma.asks.actions.writing import Asked, ask, start_form
from icma.asks.models import Form, Version
from icma.core.action import Refused, action
from icma.people.models import Organisation, User

FILE = Path(__file__).resolve().parent.parent / "data" / "studies.json"
MAIN = "az"


@functools.cache
def shipped() -> dict[str, Any]:
    """{source, licence, wording, studies: {key: {texts, questions}}}."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def titles(language: str) -> dict[str, str]:
    """{key: title} in the reader's language."""
    studies = shipped()["studies"]
    return {
        key: study["texts"].get(language, study["texts"][MAIN])["title"] for key, study in studies.items()
    }


@action
def start_study(*, key: str, organisation: Organisation, at: datetime, by: User | None) -> Version:
    """The draft of a ready study with all its questions in three languages. Each organisation has it once."""
    whole = shipped()
    study = whole["studies"].get(key)
    if study is None:
        raise ValueError(f"no such study: {key}")
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if Form.objects.filter(organisation=organisation, study=key).exists():
        raise Refused(_("This study was made already: it stands in the list."))
    words = dict(study["texts"])
    main = words.pop(MAIN)
    version = start_form(
        organisation=organisation, title=main["title"], intro=main["intro"], language=MAIN, texts=words, study=key,
        at=at, by=by,
    )  # fmt: skip
    notes = {name: whole[name] for name in ("source", "licence", "wording")}
    for row in study["questions"]:
        ask(version=version, asked=_asked(row, notes), at=at, by=by)
    return version


def _asked(row: dict[str, Any], notes: dict[str, str]) -> Asked:
    words = dict(row["texts"])
    main = words.pop(MAIN)
    choices = tuple(row.get("choices") or main.get("choices") or ())
    return Asked(
        text=main["text"], kind=row["kind"], choices=choices, texts=words, is_required=row.get("required", False),
        **notes,
    )  # fmt: skip
