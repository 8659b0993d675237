"""A questionnaire with one question of each kind, and ways to answer it."""

from datetime import datetime, timedelta
from typing import Any

from icma.asks.actions import stages, writing
from icma.asks.models import Version
from icma.core.day import legal_day

QUESTIONS = (
    writing.Asked("Su gəlirmi?", "yesno", is_required=True),
    writing.Asked("Nə mane olur?", "many", ("Vaxt", "Yol", "Heç nə"), texts={"ru": {"text": "Что мешает?", "choices": ["Время", "Дорога", "Ничего"]}}),
    writing.Asked("Neçə görüşdə olmusunuz?", "number", ("0", "1", "3")),
    writing.Asked("Kimə deyirsiniz?", "one", ("Qonşuya", "Bələdiyyəyə")),
    writing.Asked("Nə etməli?", "text"),
)  # fmt: skip


def drafted(organisation: Any, by: Any, at: datetime, questions: Any = QUESTIONS) -> Version:
    version = writing.start_form(organisation=organisation, title="Su barədə anket", at=at, by=by)
    for asked in questions:
        writing.ask(version=version, asked=asked, at=at, by=by)
    return version


def opened(version: Version, by: Any, moderator: Any, at: datetime, days: int = 30, **more: Any) -> Version:
    today = legal_day(at)
    stages.submit(version=version, at=at, by=by)
    stages.moderate(version=version, verdict="agreed", read=stages.mark_of(version), at=at, by=moderator)
    stages.open_form(
        version=version, opens_on=today, closes_on=today + timedelta(days=days), at=at, by=by, **more
    )
    return version
