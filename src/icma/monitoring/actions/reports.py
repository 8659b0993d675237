"""A report is written, sent, given back or confirmed; what was sent is corrected by a report that replaces it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.core.day import legal_day
from icma.core.files import PICTURES, drop_file, keep_file
from icma.core.flow import Stale
from icma.core.models import Visibility
from icma.engines import rollup
from icma.engines.aztext import clean_text
from icma.matters.bands import AgeBand, Sex
from icma.monitoring.actions.indicators import check_value
from icma.monitoring.flow import REPORT
from icma.monitoring.models import Evidence, Period, Report, ReportCell, Reporter, Word
from icma.monitoring.slots import NOT_OWED
from icma.people.actions.mail import queue_mail
from icma.people.actions.review import ask_review, decide_review
from icma.people.models import Review, User

Cells = Mapping[tuple[str, str, int | None], Decimal]
KIND = "report"
SHORTEST_WHY, MOST_EVIDENCE = 10, 10
EVIDENCE_KEPT, DRAFT_KEPT = (
    timedelta(days=1825),
    timedelta(days=365),
)  # after the end of its initiative; unsent
BATCH = 200
UNKNOWN = (Sex.UNKNOWN.value, AgeBand.UNKNOWN.value)


class OwnReport(Refused):
    """Nobody confirms what he or she has written."""


@action
def draft_report(
    *,
    period: Period,
    reporter: Reporter,
    at: datetime,
    by: User,
    value: Decimal | None = None,
    said: str = "",
    reason: str = "",
    numerator: Decimal | None = None,
    denominator: Decimal | None = None,
    cells: Cells | None = None,
    note: str = "",
    replaces: Report | None = None,
    why: str = "",
) -> Report:
    """A draft: exactly one of a figure, words, or the reason why there is none. `cells`: {(sex, band, place id): n}.

    `replaces` makes it a correction of a confirmed report (with `why`) or the new writing of one that came back.
    """
    _check_period(period, reporter, replaces, at)
    why = _checked_why(replaces, why)
    found = _content(period, value, said, reason, numerator, denominator)
    made = Report.objects.create(
        code=public_code(), period=period, reporter=reporter, author=by, place=reporter.place, made_at=at,
        note=clean_text(note)[:1000], replaces=replaces, why=why, **found,
    )  # fmt: skip
    _write_cells(made, cells or {})
    return made


@action
def write_report(*, report: Report, at: datetime, by: User, cells: Cells | None = None, **given: Any) -> None:
    """Other content in a draft: same words as `draft_report`. Refused once it was sent."""
    note, why = clean_text(given.pop("note", ""))[:1000], _checked_why(report.replaces, given.pop("why", ""))
    empty: dict[str, Any] = {
        "value": None,
        "said": "",
        "reason": "",
        "numerator": None,
        "denominator": None,
    }
    found = _content(report.period, **(empty | given))
    rows = Report.objects.filter(pk=report.pk, state="draft", author=by)
    if not rows.update(note=note, why=why, **found):
        raise Stale(_("This report was sent already: write a correction."))
    for name, new in found.items():
        setattr(report, name, new)
    report.cells.all().delete()
    _write_cells(report, cells or {})


def _check_period(period: Period, reporter: Reporter, replaces: Report | None, at: datetime) -> None:
    if reporter.initiative_id != period.indicator.initiative_id:
        raise Refused(_("This one does not report here."))
    if period.first > legal_day(at) or period.gone_at is not None:
        raise Refused(_("This period has not begun yet."))
    if not reporter.owes(period):
        raise Refused(_("This one did not report in that period."))
    if replaces is not None:
        if (replaces.period_id, replaces.reporter_id) != (period.pk, reporter.pk):
            raise ValueError("a report replaces one of the same period and reporter")
        if replaces.state not in ("returned", "confirmed") or replaces.superseded_at is not None:
            raise Stale(_("Somebody has already changed this. Look at the page again before you go on."))
    elif period.is_locked:
        raise Refused(_("This period is closed: only a correction with its reason is taken."))
    _check_chosen(period, reporter, replaces)


def standing(period: Period, reporter: Reporter) -> Report | None:
    """The confirmed report of a period."""
    return Report.objects.filter(
        period=period, reporter=reporter, state="confirmed", superseded_at=None
    ).first()


def _check_chosen(period: Period, reporter: Reporter, replaces: Report | None) -> None:
    stands, corrects = standing(period, reporter), corrected(replaces)
    if stands is not None and (corrects is None or stands.pk != corrects.pk):
        raise Refused(_("Another report of this period is confirmed: it can only be corrected."))


def corrected(report: Report | None) -> Report | None:
    """The confirmed report that a report in place of this one corrects: what came back between them never counted."""
    while report is not None and report.state == "returned":
        report = report.replaces
    return report


def _checked_why(replaces: Report | None, why: str) -> str:
    why = " ".join(clean_text(why).split())
    if corrected(replaces) is not None and len(why) < SHORTEST_WHY:
        raise Refused(_("Say why it is corrected: at least ten characters."))
    if len(why) > 500:
        raise Refused(_("Write it in at most %(n)s characters.") % {"n": 500})
    return why if replaces is not None else ""


def _content(
    period: Period,
    value: Decimal | None,
    said: str,
    reason: str,
    numerator: Decimal | None,
    denominator: Decimal | None,
) -> dict[str, Any]:
    """The one thing a report says. Refused for two, for none, and for what cannot be."""
    indicator, said = period.indicator, clean_text(said).strip()[:2000]
    kind = indicator.kind
    if kind == "ratio" and not (numerator is None and denominator is None):
        value = _share(numerator, denominator)
    elif kind == "ratio" and value is not None:
        raise Refused(_("Write both: how many, and of how many."))
    if (value is not None) + bool(said) + bool(reason) != 1:
        raise Refused(_("Write the figure or choose why there is none: one of them."))
    if reason and reason not in Report.Reason.values:
        raise Refused(_("Choose why there is no figure."))
    if (kind == "text") != bool(said) and not reason:
        raise Refused(_("This indicator is told in words.") if kind == "text" else _("Write a number here."))
    if value is not None:
        check_value(kind, value, indicator.top)
        if indicator.counts_people:
            _check_heads(numerator, denominator) if kind == "ratio" else _check_heads(value)
    is_share = kind == "ratio" and not reason
    return {
        "value": value, "said": said, "reason": reason,
        "numerator": numerator if is_share else None, "denominator": denominator if is_share else None,
    }  # fmt: skip


def _check_heads(*counts: Decimal | None) -> None:
    if any(n is not None and n != int(n) for n in counts):
        raise Refused(_("People are counted in whole numbers."))


def _share(part: Decimal | None, whole: Decimal | None) -> Decimal:
    if part is None or whole is None:
        raise Refused(_("Write both: how many, and of how many."))
    if whole <= 0:
        raise Refused(_("Of nothing there is no share: choose why there is no figure."))
    if part < 0:
        raise Refused(_("A count cannot be below 0."))
    if part > whole:
        raise Refused(_("The part is larger than the whole: a share has at most 100 percent."))
    return rollup.share(part, whole).value


def _write_cells(report: Report, cells: Cells) -> None:
    """Crossed cells; what is left of the total is a cell "unknown". Refused when the groups are more than the total.

    A cell without a place of its own is where its reporter is.
    """
    here = report.place_id
    known = {(sex, band, place or here): n for (sex, band, place), n in cells.items() if n}
    if any(n < 0 for n in known.values()):
        raise Refused(_("A count cannot be below 0."))
    _check_heads(*known.values())
    indicator = report.period.indicator
    if report.value is None or not indicator.counts_people or indicator.kind != "count":
        if known:
            raise Refused(_("There is no total to break down."))
        return
    for sex, band, _place in known:
        if sex not in Sex.values or band not in AgeBand.values:
            raise ValueError(f"no such group: {sex} {band}")
    rest = report.value - sum(known.values(), Decimal(0))
    if rest < 0:
        words = {
            "sum": format(sum(known.values()).normalize(), "f"),
            "total": format(report.value.normalize(), "f"),
        }
        raise Refused(_("The groups make %(sum)s, more than the total of %(total)s.") % words)
    if rest:
        left = (*UNKNOWN, here)
        known[left] = known.get(left, Decimal(0)) + rest
    ReportCell.objects.bulk_create(
        [ReportCell(report=report, sex=s, band=b, place_id=p, value=n) for (s, b, p), n in known.items()]
    )


@action
def drop_report(*, report: Report, at: datetime, by: User) -> None:
    """A draft that is not needed. What was sent stays."""
    rows = Report.objects.filter(pk=report.pk, state="draft", author=by)
    if not rows.exists():
        raise Stale(_("This report was sent already: write a correction."))
    _forget(report.evidence.select_related("file"))
    rows.delete()


@action
def send_report(*, report: Report, at: datetime, by: User) -> None:
    """It counts for the community at once, marked; a second person finds it under "Nəzərdən keçirin"."""
    if report.author_id != by.pk:
        raise Refused(_("Only the one who wrote it can send it."))
    period = Period.objects.select_related("indicator__initiative__organisation").get(pk=report.period_id)
    _check_period(period, report.reporter, report.replaces, at)
    _check_again(report, period)
    if report.reason not in NOT_OWED and period.last > legal_day(at):
        # What is sent for a span that still runs would be half a figure.
        raise Refused(_("This period is not over: keep the draft and send it afterwards."))
    REPORT.take(report, "send", sent_at=at)
    initiative = period.indicator.initiative
    ask_review(
        kind=KIND, subject=report.code, when="before", by=by, at=at, organisation=initiative.organisation,
        data={"initiative": initiative.title, "indicator": period.indicator.title, "from": f"{period.first}", "to": f"{period.last}"},
    )  # fmt: skip


def _check_again(report: Report, period: Period) -> None:
    """The indicator may be measured in another way since the draft was written."""
    names = ("value", "said", "reason", "numerator", "denominator")
    stands = {name: getattr(report, name) for name in names}
    cells = list(report.cells.values_list("value", flat=True))
    whole = report.value if period.indicator.counts_people and period.indicator.kind == "count" else None
    fits = sum(cells, Decimal(0)) == whole if whole is not None else not cells
    if not fits or _content(period, **stands) != stands:
        raise Refused(_("The indicator was changed since this draft was written: open the draft, look at the figure and save it anew."))  # fmt: skip


@action
def confirm_report(*, report: Report, at: datetime, by: User) -> None:
    """Another person has looked: from now on it enters what is published. Others of the same period go back."""
    if report.author_id == by.pk:
        raise OwnReport(_("A second person must confirm it: you have written it yourself."))
    _check_chosen(report.period, report.reporter, report.replaces)
    beside = Report.objects.filter(state="sent", period=report.period_id, reporter=report.reporter_id)
    beside = beside.exclude(pk=report.pk).exclude(replaces=report)
    if beside.filter(author=by).exists():
        raise Refused(_("You have written the other report of this period: a third person chooses."))
    if (stands := standing(report.period, report.reporter)) is not None:
        Report.objects.filter(pk=stands.pk, superseded_at=None).update(superseded_at=at)
    REPORT.take(report, "confirm", decided_at=at, decided_by=by)
    _close_review(report, "agreed", by, at)
    for other in beside:
        return_report(
            report=other, text=_("Another report of this period was chosen and confirmed."), at=at, by=by
        )


@action
def return_report(*, report: Report, text: str, at: datetime, by: User) -> None:
    """Send it back with words; whoever wrote it is told and writes it anew."""
    if report.author_id == by.pk:
        raise OwnReport(_("A second person must look at it: you have written it yourself."))
    text = clean_text(text).strip()
    if len(text) < 3:
        raise Refused(_("Say what should be different."))
    REPORT.take(report, "give_back", decided_at=at, decided_by=by)
    say(report=report, text=text, at=at, by=by)
    _close_review(report, "refused", by, at)
    author = report.author
    queue_mail(
        person=author.person, key=f"report:{report.code}:returned", kind="urgent", language=author.language, at=at,
        data={"about": "report", "code": report.code},
    )  # fmt: skip


@action
def say(*, report: Report, text: str, at: datetime, by: User) -> Word:
    """A remark in the talk about a report, before or after it was decided."""
    text = clean_text(text).strip()
    if not text or len(text) > 1000:
        raise Refused(_("Write it in at most %(n)s characters.") % {"n": 1000})
    return Word.objects.create(report=report, by=by, at=at, text=text)


def _close_review(report: Report, verdict: str, by: User, at: datetime) -> None:
    review = Review.objects.filter(kind=KIND, subject=report.code, verdict="").first()
    if review is not None:
        decide_review(review=review, verdict=verdict, by=by, at=at)


@action
def add_evidence(*, report: Report, data: bytes, at: datetime, by: User, title: str = "") -> Evidence:
    """A picture or PDF, stamped with the hash of the bytes as they came. The team alone reaches it."""
    if report.evidence.count() >= MOST_EVIDENCE:
        raise Refused(_("Ten pieces are enough for one report."))
    stamp = sha256(data).hexdigest()
    if report.evidence.filter(sha256=stamp).exists():
        raise Refused(_("This file is there already."))
    kept = keep_file(data, at=at, by=by, visibility=Visibility.TEAM, kinds=(*PICTURES, "pdf"))
    words = " ".join(clean_text(title).split())[:120]
    return Evidence.objects.create(report=report, file=kept, sha256=stamp, title=words, at=at, by=by)


def clear_evidence(*, at: datetime) -> int:
    """Evidence of initiatives that ended five years ago, and of drafts that nobody sent for a year, goes with its bytes;
    its hash goes too, the figure stays. All of it: the rules of retention that come after it know no bytes."""
    done = 0
    while some := _clear_some(at=at):
        done += some
    return done


@action
def _clear_some(*, at: datetime) -> int:
    ended = Q(report__period__indicator__initiative__ends_on__lt=legal_day(at - EVIDENCE_KEPT))
    forgotten = Q(report__state="draft", report__made_at__lt=at - DRAFT_KEPT)
    return _forget(Evidence.objects.filter(ended | forgotten).select_related("file")[:BATCH])


def _forget(rows: Iterable[Evidence]) -> int:
    gone = list(rows)
    for one in gone:
        one.delete()
        drop_file(file=one.file)
    return len(gone)
