"""A figure is declared, agreed to or refused by a second person, withdrawn; a line of a sheet is marked as brought in."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.flow import Stale
from icma.engines.aztext import clean_text
from icma.matters.models import Letter, Matter
from icma.people.actions.review import ask_review, decide_review
from icma.people.models import Organisation, Review, User
from icma.research.models import Declared, Imported

KIND = "declared"  # of the review
State = Declared.State


@dataclass(frozen=True)
class Claim:
    """What is declared: of which period, how it was counted, where it stands, and who says so."""

    theme: str
    title: str
    value: Decimal
    first: date
    last: date
    definition: str
    source: str
    declared_by: str
    unit: str = ""
    is_least: bool = False


@action
def declare(*, claim: Claim, by: User, at: datetime, language: str = "az") -> Declared:
    """Keep a figure of the past; it waits for a second person. Refused without a period, a definition, a source."""
    texts = {name: _line(getattr(claim, name)) for name in ("title", "unit", "source", "declared_by")}
    definition = clean_text(claim.definition)
    if not (texts["title"] and texts["source"] and texts["declared_by"] and definition):
        raise Refused(_("A declared figure needs what it counts, how, its source, and who answers for it."))
    if claim.theme not in Declared.Theme.values:
        raise Refused(_("Choose what the figure is about."))
    if claim.value < 0:
        raise Refused(_("A figure cannot be negative."))
    if claim.first > claim.last:
        raise Refused(_("The last day lies before the first."))
    if claim.last > legal_day(at):
        raise Refused(_("The period is not over yet: what happens from now on is counted, not declared."))
    _not_too_long(texts | {"definition": definition})
    row = Declared.objects.create(
        code=public_code(), theme=claim.theme, value=claim.value, is_least=claim.is_least, first=claim.first,
        last=claim.last, definition=definition, language=language, made_by=by, made_at=at, **texts,
    )  # fmt: skip
    ask_review(kind=KIND, subject=f"declared:{row.code}", when="before", by=by, at=at, data=_told(row))
    return row


def _told(row: Declared) -> dict[str, str]:
    return {
        "title": row.title, "value": str(row.value.normalize()), "unit": row.unit, "first": row.first.isoformat(),
        "last": row.last.isoformat(), "definition": row.definition, "source": row.source, "who": row.declared_by,
        "theme": row.theme, "shown": row.shown,
    }  # fmt: skip


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())


def _not_too_long(texts: dict[str, str]) -> None:
    for name, text in texts.items():
        if len(text) > (Declared._meta.get_field(name).max_length or 0):
            raise Refused(_("The text is too long."))


@action
def decide_declared(*, review: Review, verdict: str, by: User, at: datetime) -> Review:
    """The second person lets it out or refuses it."""
    decide_review(review=review, verdict=verdict, by=by, at=at)
    rows = Declared.objects.filter(code=review.subject.removeprefix("declared:"), state=State.WAITING)
    state = State.PUBLIC if verdict == "agreed" else State.REFUSED
    if rows.update(state=state, decided_by=by, decided_on=legal_day(at)) != 1:
        raise Stale(_("Somebody has already decided this."))
    return review


@action
def withdraw_declared(*, declared: Declared, reason: str, by: User, at: datetime) -> None:
    """A public figure turned out to be wrong: it leaves the page, the row stays with the reason."""
    reason = _line(reason)
    if not reason or len(reason) > 300:
        raise Refused(_("Say in a sentence why it is withdrawn."))
    rows = Declared.objects.filter(pk=declared.pk, state=State.PUBLIC)
    if rows.update(state=State.WITHDRAWN, withdrawn_on=legal_day(at), reason=reason) != 1:
        raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))


@action
def mark_imported(
    *, kind: str, key: str, source: str, by: User, at: datetime, organisation: Organisation | None = None,
    matter: Matter | None = None, letter: Letter | None = None,
) -> Imported:  # fmt: skip
    """A line of a sheet has become this row of ours; the same key never does so again."""
    return Imported.objects.create(
        kind=kind, key=key, source=_line(source)[:300], organisation=organisation, matter=matter, letter=letter,
        by=by, at=at,
    )  # fmt: skip
