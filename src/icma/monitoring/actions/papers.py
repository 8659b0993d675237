"""A report in one click: asked for, made by the worker, made again; what it leaves out says so in it."""

import logging
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.files import drop_file, keep_file
from icma.core.models import File, Visibility
from icma.engines.aztext import clean_text
from icma.matters.compose.paper import NoPango
from icma.monitoring.flow_outcomes import PAPER
from icma.monitoring.models import Omission, Outcome, Paper
from icma.monitoring.onpaper import Whole, outcomes_in, whole_of
from icma.monitoring.onpaper_files import found_in, pdf
from icma.people.models import Organisation, User

log = logging.getLogger(__name__)
SHORTEST, LONGEST = 10, timedelta(days=1100)
FORSAKEN = timedelta(minutes=10)  # a worker that began and did not end has died


@action
def ask_paper(
    *, organisation: Organisation | None, project_code: str, first: date, last: date, at: datetime, by: User,
    inside: bool = False, **words: str,
) -> Paper:  # fmt: skip
    """A report on a project code, a community, or both; the worker makes it. `words`: narrative, language, english;
    printed_in where the report is in another language than they are.

    `inside`: with the community's own head-counts, for its own people: only of one community.
    """
    if not project_code and organisation is None:
        raise Refused(_("Choose a project or a community."))
    if not first <= last <= first + LONGEST:
        raise Refused(_("Choose a first and a last day, at most three years apart."))
    if inside and organisation is None:
        raise Refused(_("Head-counts stand only in the report of one community, for its own people."))
    words = {"printed_in": words.get("language", "az")} | words
    clean = {name: clean_text(text).strip() for name, text in words.items()}
    return Paper.objects.create(
        code=public_code(), organisation=organisation, project_code=project_code, first=first, last=last,
        inside=inside, at=at, by=by, **clean,
    )  # fmt: skip


@action
def omit(*, paper: Paper, outcome: Outcome, reason: str, at: datetime, by: User) -> Omission:
    """Leave the words of one outcome out of this report. That it was there, its sign and the reason stay in it."""
    reason = " ".join(clean_text(reason).split())
    if outcome not in outcomes_in(paper):
        raise Refused(_("This report does not speak of that outcome."))
    if not SHORTEST <= len(reason) <= 300:
        raise Refused(
            _("Give the reason in 10 to 300 characters: everybody who reads the report will see it.")
        )
    made, _new = Omission.objects.update_or_create(
        paper=paper, outcome=outcome, defaults={"reason": reason, "at": at, "by": by}
    )
    _anew(paper)
    return made


@action
def take_in(*, paper: Paper, outcome: Outcome, at: datetime, by: User) -> None:
    """It stands in the report again."""
    Omission.objects.filter(paper=paper, outcome=outcome).delete()
    _anew(paper)


@action
def make_again(*, paper: Paper, at: datetime, by: User) -> None:
    """The figures and words of now."""
    PAPER.take(paper, "again", at=at, began_at=None)


def _anew(paper: Paper) -> None:
    """What was made, or is being made, does not say what it should: again, with the figures of the same moment."""
    Paper.objects.filter(pk=paper.pk).update(stage="waiting", began_at=None)


# --- the worker ------------------------------------------------------------------------------------
def make_papers(at: datetime) -> int:
    """Make what waits; how many were made. Late or doubled: one worker claims a row, another finds it claimed."""
    forsaken = Q(stage="making", began_at__lt=at - FORSAKEN)
    made = 0
    for pk in (
        Paper.objects.filter(Q(stage="waiting") | forsaken).order_by("at").values_list("pk", flat=True)[:3]
    ):
        made += make_paper(pk=pk, at=at)
    return made


def make_paper(*, pk: int, at: datetime) -> bool:
    """One report as PDF. Without the PDF library it is ready too: the page for the printer takes its place."""
    paper = _claim(pk=pk, at=at)
    if paper is None:
        return False
    try:
        with override(paper.printed_in):
            whole = whole_of(paper)
            data, found = _printed(whole, paper.printed_in), found_in(whole)
        return _end(paper=paper, step="end", data=data, found=found, at=at)
    except Exception:
        log.exception("report %s could not be made", paper.code)
        return _end(paper=paper, step="fail", data=b"", found={}, at=at)


def _printed(whole: Whole, language: str) -> bytes:
    try:
        return pdf(whole, language)
    except NoPango:
        return b""


@action
def _claim(*, pk: int, at: datetime) -> Paper | None:
    rows = Paper.objects.filter(pk=pk).filter(
        Q(stage="waiting") | Q(stage="making", began_at__lt=at - FORSAKEN)
    )
    if rows.update(stage="making", began_at=at) != 1:
        return None
    return Paper.objects.select_related("organisation", "pdf").get(pk=pk)


@action
def _end(*, paper: Paper, step: str, data: bytes, found: dict[str, Any], at: datetime) -> bool:
    """False when it failed, or was asked for anew meanwhile: then the newer round makes it."""
    old: File | None = paper.pdf
    round_ = Paper.objects.select_for_update(no_key=True).filter(pk=paper.pk, began_at=paper.began_at)
    if round_.values_list("stage", flat=True).first() != "making":
        return False
    file = keep_file(data, at=at, by=paper.by, visibility=Visibility.STAFF, kinds=("pdf",)) if data else None
    values: dict[str, Any] = {"pdf": file, "found": found}
    PAPER.take(paper, step, **values)
    if old is not None:
        drop_file(file=old)
    return step == "end"
