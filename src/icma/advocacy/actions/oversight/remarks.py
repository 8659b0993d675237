"""What people ask of a decision, each read by a moderator first; and what the body decided on it, with its reasons."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from icma.advocacy.actions.oversight.sources import Seen, keep_source
from icma.advocacy.actions.reading import ask_to_read
from icma.advocacy.models import Decision, Point
from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines.aztext import clean_text
from icma.matters.actions.acts import note_act
from icma.matters.actions.own_terms import MODERATE, promise
from icma.matters.actions.thread import note
from icma.matters.bands import AgeBand, Channel, Doing, Sex
from icma.matters.models import Entry
from icma.people.models import User

REMARKED = "remarked"
MOST = 500
CHANNELS = {"site": Channel.WEB, "session": Channel.MEETING, "letter": Channel.PAPER, "paper": Channel.PAPER}
WAYS = tuple(CHANNELS)


@action
def remark(
    *, decision: Decision, text: str, at: datetime, by: User | None = None, way: str = "site", on: date | None = None,
    language: str = "", slow: bool = False, sex: str = Sex.UNKNOWN, band: str = AgeBand.UNKNOWN,
) -> Entry:  # fmt: skip
    """A remark waits for a moderator. `way`: where it was made; `on` its day, for one that the community enters.

    The door has asked the window already; what is entered for others may be older than it.
    """
    text = " ".join(clean_text(text).split())
    if not text:
        raise Refused(_("Write what should be changed, and why."))
    if len(text) > MOST:
        raise Refused(_("A remark takes at most 500 characters."))
    if way not in WAYS:
        raise Refused(_("Choose where the remark was made."))
    if on is not None and on > legal_day(at):
        raise Refused(_("The date lies in the future."))
    if decision.matter.published_at is None or decision.matter.stage in ("closed", "merged", "rejected"):
        raise Refused(_("Remarks cannot be taken here now."))
    data: dict[str, Any] = {"way": way} | ({"slow": True} if slow else {})
    entry = note(
        matter=decision.matter, verb=REMARKED, at=at, by=by, on=on, visibility="staff", text=text, data=data,
        language=language,
    )  # fmt: skip
    matter = decision.matter
    note_act(
        verb=Doing.COMMENT, channel=CHANNELS[way], place=matter.place, matter=matter, on=on or legal_day(at), sex=sex,
        band=band,
    )  # fmt: skip
    promise(matter=matter, rule=MODERATE, at=at, by=by)
    assert entry is not None
    return entry


def published(decision: Decision) -> Any:
    """Remarks that everybody may read, oldest first, with what was decided on each."""
    rows = Entry.objects.filter(matter=decision.pk, verb=REMARKED, visibility="public")
    return rows.select_related("words", "point__source__file").order_by("on", "pk")


COLUMNS = (
    "on",
    "way",
    "asked",
    "verdict",
    "decided",
    "decided_on",
    "reasons",
    "reason",
    "source",
    "source_seen_on",
)


def table(decision: Decision) -> Iterator[tuple[Any, ...]]:
    """Rows of the CSV: codes as in the API, the names of the columns first. An unknown reason stays empty."""
    yield COLUMNS
    for entry in published(decision):
        point, text = getattr(entry, "point", None), "" if entry.words.erased_at else entry.words.text
        row: tuple[Any, ...] = (entry.on, entry.data.get("way", ""), text)
        if point is None:
            yield (*row, *[""] * 7)
            continue
        source = (point.source.url, point.source.seen_on) if point.source else ("", "")
        yield (*row, point.verdict, point.decided, point.on, point.told, point.reason, *source)


@action
def settle_point(
    *, decision: Decision, entry: Entry, verdict: str, on: date, at: datetime, by: User, decided: str = "",
    told: str = "", reason: str = "", seen: Seen | None = None,
) -> Point:  # fmt: skip
    """What the body decided on a published remark. That it gave no reason is recorded with the source that shows it."""
    if entry.matter_id != decision.pk or entry.verb != REMARKED or entry.visibility != "public":
        raise Refused(_("Only a published remark can be answered here."))
    if verdict not in Point.Verdict.values:
        raise Refused(_("Choose what was decided on it."))
    decided, reason = " ".join(clean_text(decided).split()), " ".join(clean_text(reason).split())
    if told not in Point.Told.values or len(decided) > 500 or len(reason) > 1000:
        raise Refused(_("The text is too long."))
    if (told == Point.Told.GIVEN) != bool(reason):
        raise Refused(
            _("Write the reasons that the body gave, or choose that they are not known or were not given.")
        )
    if on > legal_day(at) or on < entry.on:
        raise Refused(_("This day lies before the remark, or in the future."))
    if told == Point.Told.NONE and seen is None:
        raise Refused(
            _("That no reason was given is a fact only with a source: say where the decision can be read.")
        )
    source = keep_source(matter=decision.matter, seen=seen, at=at, by=by) if seen else None
    values = {
        "verdict": verdict, "decided": decided, "told": told, "reason": reason, "source": source, "on": on,
    }  # fmt: skip
    point, _made = Point.objects.update_or_create(entry=entry, defaults=values | {"decision": decision})
    if decided or reason:
        ask_to_read(text=point, matter=decision.matter, at=at, by=by)
    # Twenty remarks are answered at one sitting: those who follow are told once a day.
    note(
        matter=decision.matter, verb="remarks_answered", at=at, by=by,
        once=f"points:{decision.pk}:{legal_day(at).isoformat()}",
    )  # fmt: skip
    return point
