"""What a tenant tells of its results: one outcome, story, visit, month and report, and whose code an address names."""

from datetime import datetime
from typing import Any

from icma.core.day import legal_day
from icma.monitoring.actions import months, outcomes, papers, stories, visits
from icma.monitoring.months import month_before, month_of
from icma.people.models import Organisation, User

CODES = (
    ("netice/", lambda t: t.more["outcome"].code),
    ("is/netice/", lambda t: t.more["outcome"].code),
    ("hekaye/", lambda t: t.more["story"].code),
    ("is/hekaye/", lambda t: t.more["story"].code),
    ("is/hekaye-turu/", lambda t: t.more["story"].collection.code),
    ("is/baxis/", lambda t: t.more["visit"].code),
    ("is/yekun/", lambda t: t.more["paper"].code),
    ("is/aylar/", lambda t: t.community.code),
)


def told(community: Organisation, by: User, name: str, photo: bytes, at: datetime) -> dict[str, Any]:
    """Nothing of it is public: a moderator has read none."""
    today, place = legal_day(at), community.place
    given = {"organisation": community, "at": at, "by": by}
    outcome = outcomes.harvest(
        who=name, what=f"{name}: dəyişdi", on=today, place=place, sign="negative", **given
    )
    outcomes.send_outcome(outcome=outcome, at=at, by=by)
    turn = stories.open_collection(
        title=f"{name}: hekayələr",
        question=f"{name}: nə dəyişdi, niyə mühümdür?",
        opens_on=today,
        closes_on=today,
        **given,
    )
    story = stories.tell_story(
        collection=turn, domain="voice", title=f"{name}: hekayə", text=f"{name}: əvvəl belə idi, indi başqa cürdür.",
        teller=name[:20], on=today, agreed=True, **given,
    )  # fmt: skip
    visit = visits.record_visit(
        on=today,
        who="koordinator",
        place=place,
        findings=f"{name}: baxdıq, gördük, yazdıq.",
        photo=photo,
        **given,
    )
    words = {"did": f"{name}: görüş", "changed": name, "hindered": ""}
    months.keep_month(first=month_before(month_of(today)), counts={}, send=True, **words, **given)
    paper = papers.ask_paper(project_code="", first=today, last=today, narrative=name, **given)
    return {"outcome": outcome, "story": story, "visit": visit, "paper": paper}
