"""The public pages of a decision and of a promise, called by front/kinds.py behind the door of the matter."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from icma.advocacy import rubric
from icma.advocacy.actions.oversight.decisions import LAW, REMARK, last_day
from icma.advocacy.actions.oversight.remarks import REMARKED
from icma.advocacy.actions.oversight.replies import DISAGREES, SAID
from icma.advocacy.flow import COMMITMENT, DECISION, OGP
from icma.advocacy.models import Commitment, Decision, Observation, Point, Rating, Source
from icma.advocacy.promises import Round, rounds_of, stand
from icma.advocacy.reviews import facts_of
from icma.advocacy.views.campaign import authority_of, community_of, links_of
from icma.core.day import legal_day
from icma.core.words import capital, date_words
from icma.law.book import book
from icma.law.words import in_language
from icma.matters.actions.telling import WAITS
from icma.matters.addresses import local
from icma.matters.models import Entry, Matter, Window
from icma.matters.story import LIVE, Story
from icma.matters.threadview import card_of, steps_of

SHOWN = 30  # the newest; the table has all of them
AHEAD = ("now", "next")


def decision(request: HttpRequest, matter: Matter) -> HttpResponse:
    """Asked, decided, and the reasons given, side by side; who was let in; until when remarks may be made."""
    at = timezone.now()
    row = Decision.objects.select_related("source").get(pk=matter.pk)
    row.matter = matter
    story, sources = Story.of(matter, request.who, legal_day(at)), _sources(matter)
    asked, window = _asked(row, story, sources), _window(row, story, at)
    page = _common(request, story, sources) | {
        "decision": row, "stage": _stage(matter, DECISION.stages[row.stage].label), "asked": asked[-SHOWN:], "total": len(asked),
        "table": reverse("remarks_csv", args=[matter.code]) if asked else "",
        "answered": sum(one["point"] is not None for one in asked), "window": window,
        "facts": _decision_facts(row), "source": sources[row.source_id], "observations": _observations(row),
        "work": reverse("decision_work", args=[matter.code]) if story.leads else "",
        "still_open": row.stage in ("draft", "open") and all(one["point"] is None for one in asked),
        "watched": row.stage not in ("carried", "dropped"), "steps": _steps(story, _decision_ahead(row, window), sources),
    }  # fmt: skip
    return render(request, "advocacy/decision.html", page)


def commitment(request: HttpRequest, matter: Matter) -> HttpResponse:
    """What was promised and how far it is kept, with the authority's own word beside it."""
    at = timezone.now()
    today = legal_day(at)
    row = Commitment.objects.select_related("source__letter__authority").get(pk=matter.pk)
    row.matter = matter
    story, sources = Story.of(matter, request.who, today), _sources(matter)
    stands, rounds = stand(row, today), rounds_of(Rating.objects.filter(commitment=row))
    page = _common(request, story, sources) | {
        "commitment": row, "stage": _stage(matter, COMMITMENT.stages[row.stage].label), "stands": stands,
        "level": OGP.get(row.stage, ""), "means": rubric.criteria(rubric.current()).get(row.stage, ""),
        "rubrics": _rubrics(rounds),
        "facts": _promise_facts(row), "source": sources[row.source_id], "letter": row.source.letter,
        "looks": _looks(story, rounds, sources), "last": rounds[-1] if rounds else None,
        "work": reverse("commitment_work", args=[matter.code]) if story.leads else "",
        "steps": _steps(story, _promise_ahead(row, stands), sources),
    }  # fmt: skip
    return render(request, "advocacy/commitment.html", page)


def _common(request: HttpRequest, story: Story, sources: dict[int, Source]) -> dict[str, Any]:
    matter = story.matter
    official = matter.published_at and matter.authority_id in request.who.authorities()
    return {
        "matter": matter, "community": community_of(matter), "authority": authority_of(matter),
        "topic": str(matter.get_topic_display()).partition(":")[0], "place": local(f"/yer/{matter.place.code}/"), "links": links_of(matter),
        "open": matter.published_at and matter.stage not in ("closed", "merged"),
        "replies": _replies(story, sources), "say": reverse("say", args=[matter.code]) if official else "",
    }  # fmt: skip


def _stage(matter: Matter, label: Any) -> Any:
    """Before a moderator has decided the matter's own stage says more."""
    if matter.published_at is None or matter.stage == "rejected":
        return matter.get_stage_display()
    return label


def _sources(matter: Matter) -> dict[int, Source]:
    """Every source of this page by its number: one query."""
    rows = Source.objects.filter(matter=matter).select_related("file", "letter")
    found = {row.pk: row for row in rows}
    for row in found.values():
        row.copy_url = reverse("source_copy", args=[matter.code, row.code]) if row.file else ""
    return found


def _named(sources: dict[int, Source], code: str) -> Source | None:
    return next((row for row in sources.values() if row.code == code), None)


def _steps(story: Story, coming: list[dict[str, Any]], sources: dict[int, Source]) -> list[dict[str, Any]]:
    """The thread without what the page shows in tables of its own, and with what comes next of this kind."""
    kept = [entry for entry in story.entries if entry.verb not in (REMARKED, SAID, DISAGREES)]
    read = {entry.pk: _named(sources, entry.data.get("source", "")) for entry in kept}
    whole, story.entries = story.entries, kept
    steps = [step for step in steps_of(story) if step["state"] not in AHEAD]
    for step in steps:
        if step.get("of", ("",))[0].startswith("rated_"):
            step["html"] = ""  # its words and its source stand in the table
        elif (source := read.get(step.get("entry"))) is not None:
            step["html"] = format_html("{}{}", step.get("html", ""), source_line(source))
    story.entries = whole
    if story.matter.published_at is None:
        return [step for step in steps_of(story) if step.get("of", ("",))[0] not in (REMARKED,)]
    return [*steps, *(coming if story.matter.stage not in ("closed", "merged", "rejected") else [])]


def source_line(source: Source) -> SafeString:
    """Where a step was read, below it."""
    return render_to_string("advocacy/oversight_line.html", {"source": source})


def _replies(story: Story, sources: dict[int, Source]) -> list[dict[str, Any]]:
    """What the authority says, newest first."""
    rows = [
        entry for entry in story.entries if entry.verb in (SAID, DISAGREES) and entry.visibility == "public"
    ]
    return [
        {
            "entry": entry, "text": _words(entry), "disagrees": entry.verb == DISAGREES,
            "official": entry.data.get("official"), "source": _named(sources, entry.data.get("source", "")),
            "waits": entry.data.get(WAITS) and not hasattr(entry, "words"),
        }
        for entry in reversed(rows)
    ]  # fmt: skip


def _words(entry: Entry) -> str:
    """'' where the words were erased: the mark of it stands instead."""
    words = getattr(entry, "words", None)
    return "" if words is None or words.erased_at else words.text


# --- a decision --------------------------------------------------------------------------------------------
def _asked(row: Decision, story: Story, sources: dict[int, Source]) -> list[dict[str, Any]]:
    """Each published remark with what was decided on it, if anything is known."""
    remarks = [e for e in story.entries if e.verb == REMARKED and e.visibility == "public"]
    points = {p.entry_id: p for p in Point.objects.filter(decision=row)} if remarks else {}
    found = []
    for entry in remarks:
        point = points.get(entry.pk)
        source = sources.get(point.source_id) if point and point.source_id else None
        found.append({"entry": entry, "text": _words(entry), "point": point, "source": source})
    return found


def _window(row: Decision, story: Story, at: datetime) -> dict[str, Any] | None:
    """Until when remarks are taken, and by what: the law's clock with its reasons, or the days that were announced."""
    found = Window.objects.filter(matter=story.matter, verb=REMARK).first() if row.stage == "open" else None
    if found is None or found.closes_at is None:
        return None
    terms = (c for c in story.clocks.get(None, []) if c.rule.startswith(LAW) and c.state in LIVE)
    clock = next((c for c in terms if c.due_on >= story.today), None)
    return {
        "opens_on": legal_day(found.opens_at), "last": last_day(found), "article": row.article or _article(row.rule), "by_law": bool(row.rule),
        "clock": card_of(story, clock) if clock else "", "safe": clock.earliest_on if clock else None,
        "running": found.opens_at <= at < found.closes_at, "ahead": at < found.opens_at,
    }  # fmt: skip


def _article(rule: str) -> str:
    found = book().rules.get(rule)
    return f"{in_language(found.law)}, {found.article}" if found else ""


def _decision_facts(row: Decision) -> list[tuple[Any, Any]]:
    facts = [(_("What it is"), row.get_what_display()), (_("Level"), row.get_level_display())]
    if row.result:
        facts.append((_("Result"), capital(row.get_result_display())))
    if row.taken_on:
        facts.append((_("Decided on"), date_words(row.taken_on)))
    if row.carried_on:
        facts.append((_("Carried out on"), date_words(row.carried_on)))
    return facts


def _observations(row: Decision) -> list[dict[str, Any]]:
    rows = Observation.objects.filter(decision=row, published_at__isnull=False).order_by("-on", "-pk")
    return [{"on": one.on, "facts": facts_of(one), "words": one.words} for one in rows[:SHOWN]]


def _decision_ahead(row: Decision, window: dict[str, Any] | None) -> list[dict[str, Any]]:
    """What is now and what may come, in the stages of a decision."""
    decided = {
        "state": "next",
        "title": _("The body decides"),
        "body": _("With reasons for what it did not accept."),
    }
    carried = {"state": "next", "title": _("It is carried out")}
    if row.stage == "draft":
        now = {"state": "now", "title": _("A draft: it can still be changed")}
        return [now, decided, carried]
    if row.stage == "open":
        open_ = window is not None and not window["ahead"] and window["running"]
        title = _("Remarks are being made") if open_ else _("Remarks are not open now")
        return [{"state": "now", "title": title}, decided, carried]
    if row.stage == "taken" and row.result != Decision.Result.REFUSED:
        return [{"state": "now", "title": _("Whether it is carried out is being watched")}]
    return []


# --- a promise ---------------------------------------------------------------------------------------------
def _promise_facts(row: Commitment) -> list[tuple[Any, Any]]:
    return [
        (_("Promised on"), f"{date_words(row.said_on)}, {row.get_said_at_display()}"),
        (_("Promised until"), date_words(row.due_on) if row.due_on else _("no day was named")),
        (_("How anyone can see that it is done"), row.check_by or "–"),
        (_("Level"), row.get_level_display()),
    ]


def _looks(story: Story, rounds: list[Round], sources: dict[int, Source]) -> list[dict[str, Any]]:
    """Every rating, newest first: how far, by which version of the rubric, where it was seen, how many saw it so."""
    said = {e.data.get("rating"): _words(e) for e in story.entries if e.data.get("rating")}
    found = []
    for one in reversed(rounds):
        for number, rating in enumerate(one.ratings):
            found.append({
                "rating": rating, "words": said.get(rating.pk, ""), "source": sources[rating.source_id],
                "check": number > 0, "round": one,
            })  # fmt: skip
    return found[:SHOWN]


def _rubrics(rounds: list[Round]) -> list[dict[str, Any]]:
    """Every version by which something here was rated, and the one in force, newest first."""
    used = {rating.rubric for one in rounds for rating in one.ratings} | {rubric.current()}
    return [
        {"version": n, "rows": [(capital(COMMITMENT.stages[name].label), text) for name, text in rubric.criteria(n).items()]}
        for n in sorted(used, reverse=True)
    ]  # fmt: skip


def _promise_ahead(row: Commitment, stands: Any) -> list[dict[str, Any]]:
    if stands.state in ("running", "due_soon"):
        return [{"state": "next", "on": date_words(row.due_on), "title": _("The promised day")}]
    if stands.state in ("overdue_unseen", "overdue_no_evidence"):
        body = _(
            "A missing record is unknown, never a breach. Whoever goes and looks can tell the community."
        )
        return [{"state": "now", "title": capital(stands.label), "body": body}]
    return []
