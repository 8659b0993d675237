"""What pages of a questionnaire show: read from the rows, nothing written."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from icma.asks.kinds import Told, asked, labels, told
from icma.asks.models import Form, Question, Response, Version


@dataclass(frozen=True)
class Line:
    """A question as it is printed or looked through."""

    order: int
    row: Question
    text: Told
    choices: list[Told]


def shown(form: Form) -> Version | None:
    """What the public sees: the open version, else the last one that was."""
    found = form.versions.filter(state__in=("open", "closed")).order_by("-number").first()
    if found is not None:
        found.form = form
    return found


def newest(form: Form) -> Version:
    found = form.versions.order_by("-number")[0]
    found.form = form
    return found


def phase(form: Form, version: Version, on: date) -> str:
    """ "early", "open" or "closed" on this day."""
    if version.state != "open" or form.closes_on is None or form.opens_on is None or on > form.closes_on:
        return "closed"
    return "early" if on < form.opens_on else "open"


def total(form: Form) -> int:
    """How many have answered, all versions together: the only figure that is live."""
    return Response.objects.filter(version__form=form).count()


def lines(version: Version, language: str = "") -> list[Line]:
    return [
        Line(row.order, row, asked(row, version, language), list(labels(row, version, language).values()) if row.kind != "text" else [])
        for row in version.questions.all()
    ]  # fmt: skip


def asker(form: Form) -> str:
    """Who asks, for the public: nothing of a community that does not show itself in full."""
    return form.organisation.name if form.organisation.seen == "full" else ""


def words(version: Version, language: str = "") -> dict[str, Any]:
    """Title, introduction, who asks. `version.form.organisation` is best fetched before."""
    said = {"title": told(version, "title", language), "intro": told(version, "intro", language)}
    return said | {"asker": asker(version.form)}
