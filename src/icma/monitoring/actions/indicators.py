"""What is counted, towards what, in which periods."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.codes import public_code
from icma.engines.aztext import clean_text, fold
from icma.monitoring import sheet as sheets
from icma.monitoring.flow import SHOWN
from icma.monitoring.models import Definition, Indicator, Initiative, Period, Report, Target
from icma.monitoring.periods import gaps, spans
from icma.monitoring.standing import measured
from icma.people.actions.changes import log_change
from icma.people.actions.review import ask_review
from icma.people.models import Place, User

MOST_INDICATORS = 20
PAGE = "initiative.page"  # kind of review: words that a moderator reads before the public does
HUNDRED, TOP = Decimal(100), Decimal(1000)
PERCENT = ("faiz", "процент", "percent", "per cent")  # folded
SAID = ("title", "unit", "baseline_none_reason", "sheet")  # words that everybody reads
# Which ways of joining make sense for which kind; the first is what a form begins with.
JOINED = {
    "count": (("sum", "latest", "max"), ("sum", "max", "none")),
    "ratio": (("ratio", "latest", "max"), ("ratio", "max", "none")),
    "score": (("latest", "max"), ("max", "none")),
    "text": (("latest",), ("none",)),
}
FIXED = ("kind", "unit", "across_periods", "across_reporters", "counts_people", "frequency")
KEPT = ("top", "baseline", "baseline_none_reason", "direction")  # stay where a form does not speak of them


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    """Values of an indicator that fit together. Raises Refused, in words."""
    kind = values["kind"]
    if kind not in JOINED:
        raise Refused(_("Choose what kind of figure it is."))
    over_periods, over_reporters = JOINED[kind]
    values.setdefault("across_periods", over_periods[0])
    values.setdefault("across_reporters", over_reporters[0])
    if values["across_periods"] not in over_periods or values["across_reporters"] not in over_reporters:
        raise Refused(_("Figures of this kind cannot be joined in this way."))
    baseline, top = values.get("baseline"), values.get("top")
    if kind != "score":
        top = values["top"] = None
    elif top is not None and not (top.is_finite() and 0 < top <= TOP and top == round(top, 2)):
        raise Refused(_("The highest mark lies above 0, and at 1,000 at most."))
    if kind == "text":
        values["baseline"] = None
    elif baseline is None:
        reason = " ".join(clean_text(str(values.get("baseline_none_reason") or "")).split())[:200]
        if not reason:
            raise Refused(_("Write where it stood at the beginning, or why that is not known."))
        values["baseline_none_reason"] = reason
    else:
        check_value(kind, baseline, top)
        values["baseline_none_reason"] = ""
    if kind not in ("count", "ratio"):  # of a share: both its figures are people
        values["counts_people"] = False
    title = " ".join(clean_text(values["title"]).split())
    if not title or len(title) > 160:
        raise Refused(_("Write it in at most %(n)s characters.") % {"n": 160})
    if kind == "count" and is_percent(values.get("unit") or ""):
        raise Refused(_("A count has no percent. Choose “a share: how many of how many”, or another unit."))
    unit = "%" if kind == "ratio" else " ".join(clean_text(values.get("unit") or "").split())[:40]
    return values | {"title": title, "unit": unit}


def is_percent(unit: str) -> bool:
    """Does a unit say that it is a part of a hundred?"""
    return unit.strip().startswith("%") or fold(unit.strip()).startswith(PERCENT)


def check_value(kind: str, value: Decimal, top: Decimal | None) -> None:
    """Refused for a negative count, a share over 100, a mark outside its scale."""
    if not value.is_finite() or abs(value) >= Decimal(10) ** 12 or value != round(value, 4):
        raise Refused(_("Write a number with at most four places after the comma."))
    if kind == "count" and value < 0:
        raise Refused(_("A count cannot be below 0."))
    if kind == "ratio" and not 0 <= value <= HUNDRED:
        raise Refused(_("A share lies between 0 and 100."))
    if kind == "score" and (value < 0 or (top is not None and value > top)):
        raise Refused(_("This mark lies outside the scale."))


def check_way(target: Decimal | None, baseline: Decimal | None, direction: str) -> None:
    """Refused for a target at the beginning, or on the side away from which it should go."""
    if target is None or baseline is None:
        return
    if target == baseline:
        raise Refused(_("The target equals the beginning: nothing would have to change. Change one of them."))
    if (target > baseline) != (direction == Indicator.Direction.UP):
        raise Refused(
            _("The target lies on the other side of the beginning than the direction of change says.")
        )


@action
def reworded(*, initiative: Initiative, at: datetime, by: User) -> None:
    """What the public would read has changed: a moderator looks first."""
    if initiative.shown == "public":
        SHOWN.take(initiative, "reword")
        ask_for_page(initiative=initiative, at=at, by=by)


@action
def ask_for_page(*, initiative: Initiative, at: datetime, by: User) -> None:
    """The page stands on the list of those who read before the public does."""
    ask_review(
        kind=PAGE, subject=initiative.code, when="before", by=by, at=at, data={"initiative": initiative.title}
    )


@action
def add_indicator(*, initiative: Initiative, at: datetime, by: User, **given: Any) -> Indicator:
    """`given`: title, kind; unit, direction, baseline or baseline_none_reason, top, node, frequency, the two axes,
    counts_people, sheet, target. Its periods are made at once."""
    if initiative.indicators.filter(gone_at=None).count() >= MOST_INDICATORS:
        raise Refused(_("Twenty indicators are enough."))
    target = given.pop("target", None)
    values = _checked({"kind": "count", "direction": "up", "frequency": "quarter"} | given)
    values["sheet"] = sheets.clean(values.get("sheet") or {})
    reworded(initiative=initiative, at=at, by=by)
    made = Indicator.objects.create(
        code=public_code(), initiative=initiative, made_at=at, order=initiative.indicators.count(), **values
    )
    Definition.objects.create(indicator=made, at=at, by=by, data=measured(made))
    renew_periods(indicator=made, at=at, by=by)
    if target is not None:
        set_target(indicator=made, value=target, at=at, by=by)
    return made


@action
def write_indicator(*, indicator: Indicator, at: datetime, by: User, **given: Any) -> None:
    """Other words, baseline or direction. How it is joined and how often is fixed once something was sent."""
    sheet = given.pop("sheet", None)
    goal = given.pop("target") if "target" in given else target_of(indicator)
    was = {name: getattr(indicator, name) for name in FIXED}
    stays = {name: getattr(indicator, name) for name in KEPT}
    if given.get("baseline") is None and "baseline_none_reason" in given:
        stays["baseline"] = None
    values = _checked(was | stays | given)
    if was != {name: values[name] for name in FIXED} and has_reports(indicator):
        raise Refused(_("Something was reported already: make a new indicator to measure in another way."))
    check_way(goal, values.get("baseline"), values["direction"])
    if sheet is not None:
        values["sheet"] = sheets.clean(sheet)
    if any(name in values and values[name] != getattr(indicator, name) for name in SAID):
        reworded(initiative=indicator.initiative, at=at, by=by)
    before = measured(indicator)
    for name, value in values.items():
        setattr(indicator, name, value)
    indicator.save()
    if measured(indicator) != before:
        Definition.objects.create(indicator=indicator, at=at, by=by, data=measured(indicator))
    if was["frequency"] != indicator.frequency:
        renew_periods(indicator=indicator, at=at, by=by)


@action
def write_with_target(
    *, indicator: Indicator, target: Decimal | None, at: datetime, by: User, **given: Any
) -> None:  # fmt: skip
    """The indicator and its target at the end, as one form gives them."""
    write_indicator(indicator=indicator, at=at, by=by, target=target, **given)
    set_target(indicator=indicator, value=target, at=at, by=by)
    _check_groups(indicator)


@action
def write_sheet(*, indicator: Indicator, sheet: dict[str, str], at: datetime, by: User) -> None:
    """The reference sheet anew; empty fields go."""
    sheet = sheets.clean(sheet)
    if sheet == indicator.sheet:
        return
    indicator.sheet = sheet
    indicator.save(update_fields=["sheet"])
    reworded(initiative=indicator.initiative, at=at, by=by)


@action
def set_targets(
    *,
    indicator: Indicator,
    rows: Iterable[tuple[Period | None, str, str, Place | None, Decimal | None]],
    at: datetime,
    by: User,
) -> None:
    """Many targets at once: (period or none, sex, band, place or none, value). What did not change writes nothing."""
    for period, sex, band, place, value in rows:
        set_target(
            indicator=indicator, period=period, sex=sex, band=band, place=place, value=value, at=at, by=by
        )
    _check_groups(indicator)


def _check_groups(indicator: Indicator) -> None:
    """Refused where a group should have more than everybody together."""
    aims = targets_of(indicator)
    whole = aims.get((None, "", "", None))
    ends = (value for (period, *_group), value in aims.items() if period is None and value is not None)
    if whole is not None and max(ends) > whole:
        raise Refused(_("A group cannot have a larger target than all together: look at the numbers again."))


def targets_of(indicator: Indicator) -> dict[tuple[int | None, str, str, int | None], Decimal | None]:
    """Every target as it stands: (period, sex, band, place) → value."""
    rows = Target.objects.filter(indicator=indicator).order_by("set_at", "id")
    return {(row.period_id, row.sex, row.band, row.place_id): row.value for row in rows}


def has_reports(indicator: Indicator) -> bool:
    return Report.objects.filter(period__indicator=indicator, sent_at__isnull=False).exists()


@action
def drop_indicator(*, indicator: Indicator, at: datetime, by: User) -> None:
    """No longer measured from now on; what was reported stays and can be seen as it stood."""
    if not Indicator.objects.filter(pk=indicator.pk, gone_at=None).update(gone_at=at):
        raise Refused(_("This has been taken away already."))
    indicator.gone_at = at


@action
def renew_periods(*, indicator: Indicator, at: datetime, by: User) -> None:
    """Make the periods that the days and the frequency ask for; those for which something was written stay."""
    initiative = indicator.initiative
    days = (initiative.starts_on, initiative.ends_on)
    standing = {(one.first, one.last): one for one in indicator.periods.filter(gone_at=None)}
    written = {span for span, period in standing.items() if period.reports.exists()}
    kept, more = set(), set()
    while True:  # the gaps between those that stay are filled anew: no day is without a period
        kept |= more
        wanted = {span for gap in gaps(*days, kept) for span in spans(*gap, indicator.frequency)}
        more = written - wanted - kept
        if not more:
            break
    gone = [period.pk for span, period in standing.items() if span not in wanted | kept]
    Period.objects.filter(pk__in=gone).update(gone_at=at)
    Period.objects.bulk_create(
        Period(code=public_code(), indicator=indicator, first=first, last=last, made_at=at)
        for first, last in sorted(wanted - set(standing))
    )


@action
def set_target(
    *,
    indicator: Indicator,
    value: Decimal | None,
    at: datetime,
    by: User,
    period: Period | None = None,
    sex: str = "",
    band: str = "",
    place: Place | None = None,
) -> Target | None:
    """Where it should be: at the end or in one period, for all or for one group. None takes it back.

    The same value again writes nothing. Refused when the target is where it began.
    """
    if value is not None:
        check_value(indicator.kind, value, indicator.top)
        if period is None and not (sex or band or place):
            check_way(value, indicator.baseline, indicator.direction)
    if target_of(indicator, period, sex, band, place) == value:
        return None
    return Target.objects.create(
        indicator=indicator, period=period, sex=sex, band=band, place=place, value=value, set_at=at, set_by=by
    )


def target_of(
    indicator: Indicator, period: Period | None = None, sex: str = "", band: str = "", place: Place | None = None
) -> Decimal | None:  # fmt: skip
    rows = Target.objects.filter(indicator=indicator, period=period, sex=sex, band=band, place=place)
    last = rows.order_by("-set_at", "-id").first()
    return last.value if last else None


@action
def lock_period(*, period: Period, locked: bool, at: datetime, by: User) -> None:
    """A locked period takes corrections alone. Who locked it, and who opened it again, stays written down."""
    if not Period.objects.filter(pk=period.pk, is_locked=not locked).update(is_locked=locked):
        raise Refused(_("Somebody has already changed this. Look at the page again before you go on."))
    period.is_locked = locked
    log_change(
        table="period", row=period.code, before={"locked": not locked}, after={"locked": locked}, by=by, at=at
    )
