"""Verbs of tales about meetings and tasks."""

from datetime import datetime, timedelta

from icma.core.day import BAKU
from icma.demo.attendance import sign, spoken
from icma.demo.scene import Scene
from icma.demo.tales import Line
from icma.events.actions import hold_event, invite, mark_of, open_event, plan_event, release_minutes
from icma.matters.actions.tasks import finish_task, set_task

EVENING = 16  # hour at which most meetings begin
AHEAD = timedelta(days=8)  # a meeting is planned that long before
# How a head-count is spread over age bands, in shares of a hundred.
BANDS = (("18-29", 20), ("30-44", 40), ("45-59", 25), ("60+", 15))


def meet(scene: Scene, line: Line) -> None:
    """`meet SPOT women N men N [young N] | title | minutes | decisions`: in the past it was held and counted.

    Ahead of today `meet SPOT [open] | title | agenda`.
    """
    spot, *counted = [word for word in line.words if word != "open"]
    numbers = dict(zip(counted[::2], map(int, counted[1::2]), strict=True))
    starts_at = datetime(scene.on.year, scene.on.month, scene.on.day, EVENING, tzinfo=BAKU)
    held = starts_at < scene.days.at and bool(numbers)
    matter = scene.refresh()
    planned_at = min(scene.at, starts_at - AHEAD)
    event = plan_event(
        organisation=matter.community, matter=matter, title=line.text(), starts_at=starts_at, spot=spot,
        agenda="" if held else line.text(1), access=["children", "hour", "safe"],
        where="Nümunə klub" if spot == "public" else "", at=planned_at, by=scene.lead,
    )  # fmt: skip
    members = matter.community.memberships.filter(role="member").values_list("user__person", flat=True)
    invite(event=event, persons=list(members), at=planned_at, by=scene.lead)
    if not held:
        if "open" in line.words:
            open_event(event=event, confirmed=True, at=scene.at, by=scene.lead)
        return
    scene.met[scene.day] = event.code
    after = max(scene.at, starts_at + timedelta(hours=2))
    after = min(after, scene.days.at)
    wish = matter.community.seen == "full"
    counts, came = cells(**numbers), sum(numbers.get(who, 0) for who in ("women", "men"))
    hold_event(
        event=event, counts=counts, minutes=line.text(1), decisions=line.text(2), publish=wish, at=after,
        spoke=spoken(counts), used={"children": came // 7}, by=scene.lead,
    )  # fmt: skip
    if spot != "home":  # nobody writes a list in somebody's home
        share = (0.4, 0.7, 1)[scene.day.toordinal() % 3]
        sign(event=event, share=share, at=after, by=scene.lead)
    if wish and scene.days.today - scene.day > timedelta(days=12):
        read = mark_of(event)
        release_minutes(event=event, verdict="agreed", read=read, by=scene.person("officer"), at=after)


def cells(women: int = 0, men: int = 0, young: int = 0) -> dict[tuple[str, str], int]:
    """Sex × age band of those who came; `young` says how many of them all are 18–29."""
    found: dict[tuple[str, str], int] = {}
    total = women + men
    for sex, n in (("female", women), ("male", men)):
        youth = round(young * n / total) if young else 0
        left = n - youth
        spread = [(band, left * share // 100) for band, share in BANDS]
        spread[1] = ("30-44", spread[1][1] + left - sum(count for _band, count in spread))
        for band, count in spread:
            found[sex, band] = count + (youth if band == "18-29" else 0)
    return {cell: n for cell, n in found.items() if n > 0}


def task(scene: Scene, line: Line) -> None:
    """`task KIND UNTIL [done DAY] | what | who`: UNTIL in days before today; telling.py makes `done` of the rest.

    What is entered on the day after a meeting is what the meeting gave.
    """
    kind, until = line.words[:2]
    matter, event = scene.refresh(), scene.met.get(scene.day - timedelta(days=1), "")
    scene.tasks[line.text()] = set_task(
        organisation=matter.community, matter=matter, title=line.text(), kind=kind, who_said=line.text(1)[:40], event=event,
        until=scene.days.today - timedelta(days=int(until)), is_public=True, at=scene.at, by=scene.lead,
    )  # fmt: skip


def done(scene: Scene, line: Line) -> None:
    """`done | what`"""
    finish_task(task=scene.tasks[line.text()], on=scene.day, at=scene.at, by=scene.lead)


VERBS = {"meet": meet, "task": task, "done": done}
