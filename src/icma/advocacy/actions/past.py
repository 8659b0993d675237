"""A workbook of the past comes in line by line: every line is told what became of it, a bad one stops no other."""

import contextlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.advocacy.actions.campaigns.past import bring_campaign
from icma.advocacy.past import (
    SHEETS,
    TEMPLATES,
    Known,
    authority_of,
    campaign_of,
    community_of,
    key_of,
    known,
    place_of,
)
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.core.words import date_words
from icma.engines.aztext import fold
from icma.matters.actions.past import Course, Post, bring_letter
from icma.matters.models import Letter, Matter
from icma.people.actions.organisations import close_organisation, create_organisation
from icma.people.models import Organisation, User
from icma.research.declared.actions import mark_imported
from icma.research.declared.book import Line, slipped, values_of
from icma.research.models import Imported

NEW, SAME, ERROR = "new", "same", "error"
Made = Organisation | Matter | None  # what later lines may name


@dataclass(frozen=True)
class Verdict:
    """What became of a line: new, same (it stands already) or error; `text` says why, `name` what it is about."""

    line: Line
    outcome: str
    name: str
    text: str = ""


@dataclass
class Report:
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        return Counter(verdict.outcome for verdict in self.verdicts)

    @property
    def errors(self) -> list[tuple[Line, str]]:
        return [(one.line, one.text) for one in self.verdicts if one.outcome == ERROR]


class _DryRun(Exception):
    """Rolls the rehearsal back."""


class _Stands(Exception):
    """The thing stands already."""


def bring_past(*, lines: Sequence[Line], by: User, at: datetime, dry: bool = False) -> Report:
    """Bring in communities, campaigns and letters of the past, in this order; `dry` rehearses and leaves nothing.

    What stands already, or came in before, is told and left as it is. For good each line is a transaction of its own,
    so that nobody else waits for a long workbook: whoever is interrupted sends the same file again.
    """
    report = Report()
    if not dry:
        _bring(lines, report, by, at)
        return report
    with contextlib.suppress(_DryRun):
        _rehearse(lines=lines, report=report, by=by, at=at)
    return report


@action
def _rehearse(*, lines: Sequence[Line], report: Report, by: User, at: datetime) -> None:
    report.verdicts.clear()  # the action may be tried again
    _bring(lines, report, by, at)
    raise _DryRun


def _bring(lines: Sequence[Line], report: Report, by: User, at: datetime) -> None:
    ours = known()
    for sheet in SHEETS:
        for line in lines:
            if line.sheet.name == sheet.name:
                report.verdicts.append(_verdict(line, ours, by, at))


def _verdict(line: Line, ours: Known, by: User, at: datetime) -> Verdict:
    name = next((line.cells[key] for key in ("name", "title", "subject") if line.cells.get(key)), "")
    values, wrong = values_of(line.sheet, line.cells)
    if wrong:
        if slipped(line):
            wrong = [_("the cells of this line have slipped by a column")]
        return Verdict(line, ERROR, name, "; ".join(wrong))
    if line.besides:
        return Verdict(line, ERROR, name, _("the line has more cells than the sheet has columns"))
    try:
        made = _bring_line(sheet=line.sheet.name, values=values, ours=ours, by=by, at=at)
    except _Stands:
        return Verdict(line, SAME, name)
    except (Refused, ValueError) as error:
        return Verdict(line, ERROR, name, str(error))
    ours.add(made)
    return Verdict(line, NEW, name)


@action
def _bring_line(*, sheet: str, values: dict[str, Any], ours: Known, by: User, at: datetime) -> Made:
    return BRING[sheet](values, ours, by, at)


def _first_time(key: str) -> str:
    """Asked within the transaction of the line: another officer may send the same file at the same time."""
    if Imported.objects.filter(key=key).exists():
        raise _Stands
    return key


def _community(values: dict[str, Any], ours: Known, by: User, at: datetime) -> Made:
    place = place_of(ours, values["place"])
    key = _first_time(key_of("community", values["name"], place.code))
    for row in ours.communities.get(fold(values["name"]), ()):
        if row.place_id in (None, place.pk) or row.place is not None and row.place.parent_id == place.pk:
            raise _Stands
    _no_future(at, values["since"], values["until"])
    row = create_organisation(
        name=values["name"], form=values["form"], place=place, seen=values["seen"] or None, since=values["since"],
        by=by, at=at,
    )  # fmt: skip
    if values["until"]:
        close_organisation(organisation=row, until=values["until"], by=by, at=at)
    mark_imported(kind="community", key=key, organisation=row, source=values["source"], by=by, at=at)
    return row


def _no_future(at: datetime, *days: date | None) -> None:
    if any(day is not None and day > legal_day(at) for day in days):
        raise Refused(_("The date lies in the future."))


def _campaign(values: dict[str, Any], ours: Known, by: User, at: datetime) -> Made:
    place = place_of(ours, values["place"])
    key = _first_time(key_of("campaign", values["title"], place.code, values["started_on"]))
    for matter in ours.campaigns.get(fold(values["title"]), ()):
        if matter.place_id == place.pk:
            _same_or_other(matter, values["started_on"])
    course = Course(values["started_on"], values["ended_on"], values["outcome"], values["changed"])
    campaign = bring_campaign(
        title=values["title"], text=values["problem"], place=place, topic=values["topic"], level=values["level"],
        template=TEMPLATES.get(values["topic"], "infrastructure"), community=community_of(ours, values["community"]),
        authority=authority_of(ours, values["authority"]) if values["authority"] else None,
        course=course, source=values["source"], by=by, at=at,
    )  # fmt: skip
    matter = campaign.matter
    mark_imported(kind="campaign", key=key, matter=matter, source=values["source"], by=by, at=at)
    return matter


def _same_or_other(matter: Matter, started_on: date) -> None:
    """Two of one title in one place are one campaign where they began on one day; else nobody could tell them apart."""
    if legal_day(matter.raised_at) == started_on:
        raise _Stands
    words = {"code": matter.code, "day": date_words(matter.raised_at)}
    raise Refused(
        _(
            "A campaign of this title stands already (%(code)s, began %(day)s). Is it another one, give it another title."
        )
        % words
    )


def _letter(values: dict[str, Any], ours: Known, by: User, at: datetime) -> Made:
    matter = campaign_of(ours, values["campaign"])
    authority = authority_of(ours, values["authority"])
    key = _first_time(key_of("letter", matter.code, authority.code, values["subject"], values["sent_on"]))
    there = Letter.objects.filter(matter=matter, authority=authority, sent_on=values["sent_on"])
    if any(fold(subject) == fold(values["subject"]) for subject in there.values_list("subject", flat=True)):
        raise _Stands
    names = ("kind", "subject", "sent_on", "channel", "number", "registered_on", "answered_on", "answer")
    post = Post(
        **{name: values[name] for name in names},
        answer_number=values["answer_number"],
        summary=values["summary"],
    )
    letter = bring_letter(
        matter=matter, authority=authority, post=post, source=values["source"], by=by, at=at
    )
    mark_imported(kind="letter", key=key, letter=letter, source=values["source"], by=by, at=at)
    return None


BRING: dict[str, Callable[[dict[str, Any], Known, User, datetime], Made]] = {
    "communities": _community, "campaigns": _campaign, "letters": _letter,
}  # fmt: skip
