"""What the page of a case shows: the thread of its proceedings, clocks, and lines by kind. Plain values."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from icma.core import threads
from icma.core.words import date_words
from icma.law import problems
from icma.legalaid.actions.cases.papers import can_be_clean, older_of, papers_of
from icma.legalaid.actions.cases.reading import Opened
from icma.legalaid.actions.cases.served import SOON
from icma.legalaid.actions.drops import address_of
from icma.legalaid.consenting import PURPOSES
from icma.legalaid.meetings import as_shown
from icma.legalaid.procedure import (
    ACTS_AS,
    BENEFITS,
    BRANCHES,
    ENFORCEMENT,
    FOLLOWED,
    HEARD,
    LEVELS,
    RESULTS,
    ROLES,
    SERVICES,
    at_once,
    not_before,
    owed_to_us,
    unruled,
)
from icma.legalaid.uploads import can_be_seen
from icma.legalaid.urgency import told_words
from icma.legalaid.words import matter_code
from icma.people.models import Place, Review, User

FRESH = timedelta(days=14)  # so long a refusal stands on top


def page_of(case: Opened, today: date, user: Any) -> dict[str, Any]:
    """Values of `legalaid/case.html`."""
    names, taken = _names(case), {value.get("of") for _row, value in case.of("paper")}
    facts = {value["fact"] for _row, value in case.of("counted")}  # the client takes them back at any time
    return {
        "case": case.case, "card": case.card, "about": about(case.card), "chain": chain(case, today), "waits": waiting(case, user),
        "next_on": _day(case.card.get("next_on", "")),
        "loose": [_clock(row, value, today, case, names) for row, value in case.of("term") if not value["proceeding"]],
        "hearings": [_hearing(row, value, names) for row, value in case.of("hearing")],
        "parties": [{**value, "code": row.code, "role": ROLES[value["role"]], "acts_as": ACTS_AS.get(value["acts_as"], "")}
                    for row, value in case.of("party")],
        "tasks": [{**value, "code": row.code, "who": names.get(value["who"], ""), "due": _day(value["due"]),
                   "is_done": row.done} for row, value in case.of("task")],
        "notes": [{**value, "by": names.get(value["by"], ""), "on": row.on} for row, value in reversed(case.of("note"))],
        "told": told_words(next((value for _row, value in case.of("intake")), {})),
        "wishes": [as_shown(row, value) for kind in ("callback", "visit") for row, value in case.of(kind) if not row.done],
        "talk": [{**value, "on": row.on} for row, value in case.of("message")], "post": _post(case, user),
        "services": [{"label": SERVICES[v["service"]], "minutes": v["minutes"], "on": row.on, "counted": v.get("fact") in facts} for row, v in case.of("service")],
        "papers": [_paper(row, value) | {"older": [_paper(r, v) for r, v in older_of(case, row.code)]}
                   for row, value in papers_of(case)],
        "uploads": [_paper(row, value) | {"used": row.code in taken} for row, value in case.of("upload")],
        "outcomes": [_outcome(value) for _row, value in case.of("outcome")],
        "follow": [{"code": row.code, "on": row.due_on, "said": value["said"], "is_done": row.done, "is_near": row.due_on - SOON <= today,
                    "enforcement": FOLLOWED.get(value.get("enforcement", ""), "")} for row, value in case.of("followup")],
        "at_once": any(at_once(value["branch"]) for _row, value in case.of("proceeding") if not value["result"]),
        "unruled": {unruled(value["level"], value["branch"], value.get("act", "")) for _row, value in case.of("proceeding")
                    if not value["filed"] and not value["result"]},
        "taken_back": taken_back(case, today), "failed": failed(case), "decided": decided(case, names, today), "matter_code": matter_code(case.card.get("matter", "")),
    }  # fmt: skip


def _post(case: Opened, user: Any) -> dict[str, Any] | None:
    """The case's own address for mail, or whether this person may give it one; None where mail does not come in."""
    if not settings.MAIL_IN_DOMAIN:
        return None
    address = next((address_of(value["code"]) for _row, value in case.of("alias")), "")
    leads = user.pk in (case.case.assignee_id, case.case.deputy_id, case.case.supervisor_id)
    return {"address": address, "give": case.case.open and user.pk == case.case.assignee_id, "end": leads}


def about(card: dict[str, Any]) -> list[str]:
    """Kind of problem, other side, what is wanted, region: the words of what the card holds."""
    found = problems.find(card.get("problem", ""))
    sides = [dict(problems.facet(name)).get(card.get(name, ""), "") for name in ("against", "relief")]
    place = Place.objects.filter(code=card["region"]).first() if card.get("region") else None
    return [word for word in (found.title if found else "", *sides, str(place or "")) if word]


def _names(case: Opened) -> dict[int, str]:
    ids = {
        value.get(name)
        for kind in ("task", "note", "hearing", "term", "change")
        for _r, value in case.of(kind)
        for name in ("who", "by", "second")
    }
    users = User.objects.filter(pk__in=[pk for pk in ids if isinstance(pk, int)])
    return {user.pk: user.pseudonym or user.email for user in users}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def chain(case: Opened, today: date) -> list[dict[str, Any]]:
    """Instances from the first to the present one, drawn as the thread of a matter; clocks hang on them."""
    return [_instance(row, value, today, case) for row, value in case.of("proceeding")]


def _instance(row: Any, value: dict[str, Any], today: date, case: Opened) -> dict[str, Any]:
    terms = [_term(r, v, today, case) for r, v in case.of("term") if v["proceeding"] == row.code]
    body = ", ".join(part for part in (value["body"], value["number"]) if part)
    over = bool(value["result"])
    here = [case.case.code, row.code]
    onward = (
        "" if not case.case.open else _link(reverse("case_proceeding", args=here), _("Number, days, result"))
    )
    if case.case.open and not over:
        onward = _link(reverse("case_move", args=here), _("On to the next instance")) + onward
    served, filed = _day(value["served"]), _day(value["filed"])
    meta = [_("served: %(day)s") % {"day": date_words(served)} if served else "",
            _("filed: %(day)s") % {"day": date_words(filed)} if filed else "", str(BRANCHES[value["branch"]])]  # fmt: skip
    return {
        "state": "done" if over else "now", "on": filed or served or row.on, "title": LEVELS[value["level"]],
        "body": body, "meta": " · ".join(part for part in meta if part),
        "html": format_html("{}{}{}", format_html("<p>{}</p>", value["result"]) if over else "",
                            format_html_join("", "{}", ((t,) for t in terms)), onward),
    }  # fmt: skip


def _link(url: str, label: str) -> SafeString:
    return format_html('<p class="acts"><a class="btn line" href="{}">{}</a></p>', url, label)


def _term(row: Any, value: dict[str, Any], today: date, case: Opened) -> SafeString:
    return format_html("{}{}", threads.clock(_clock(row, value, today, case)), _steps(row, value, case))


def _steps(row: Any, value: dict[str, Any], case: Opened) -> SafeString:
    owed = owed_to_us(value["rule"])
    if row.done:
        return format_html(
            "<p><small>{}: {}</small></p>",
            _("What shows it") if owed else _("Proof of filing"),
            value["proof"],
        )
    done = reverse("case_term", args=[case.case.code, row.code])
    other = reverse("case_term_change", args=[case.case.code, row.code])
    return format_html('<p class="acts"><a class="btn line" href="{}">{}</a> <a href="{}">{}</a></p>', done,
                       _("It was answered, or is awaited no more") if owed else _("It was filed"),
                       other, _("Take out or move"))  # fmt: skip


def _clock(
    row: Any, value: dict[str, Any], today: date, case: Opened, names: dict[int, str] | None = None
) -> dict[str, Any]:
    """The legal date large, the safe date under it, certainty and why; of a day that was set the place and who goes."""
    due, safe = date.fromisoformat(value["due"]), date.fromisoformat(value["safe"])
    early = not_before(value["rule"])
    state = "answered" if row.done else "late" if due < today and not early else "running"
    goes = (names or {}).get(value.get("who") or 0, "")
    title = " · ".join(part for part in (value["title"], value.get("place", ""), goes) if part)
    words = _("Safe date: %(day)s") % {"day": date_words(safe)} if safe != due else ""
    title = _("%(title)s: not before this day") % {"title": title} if early else title
    return {
        "label": title, "due": due, "due_words": words, "state": state, "late_label": _("the day has passed"),
        "explanation": value["why"], "certainty": value["seal"], "certainty_label": value["sure"], "total": 0,
        "steps": _steps(row, value, case),
    }  # fmt: skip


def _hearing(row: Any, value: dict[str, Any], names: dict[int, str]) -> dict[str, Any]:
    state = HEARD[value["state"]] if row.done else ""
    return {**value, "code": row.code, "on": row.due_on, "who": names.get(value["who"], ""), "state": state}


def _paper(row: Any, value: dict[str, Any]) -> dict[str, Any]:
    return {"code": row.code, "name": value["name"], "title": value.get("title") or value["name"], "by": value["by"], "size": value["size"],
            "sha256": value.get("sha256", ""), "seen": can_be_seen(value), "clean": can_be_clean(value), "exhibit": value.get("exhibit") or "", "date": _day(value.get("date", "")), "on": row.on}  # fmt: skip


def _outcome(value: dict[str, Any]) -> list[tuple[Any, Any]]:
    return [(_("Outcome"), RESULTS[value["result"]]), (_("Benefit"), BENEFITS[value["benefit"]]),
            (_("Enforcement"), ENFORCEMENT[value["enforcement"]]), (_("In a few words"), value["text"] or "–")]  # fmt: skip


def waiting(case: Opened, user: Any) -> list[dict[str, Any]]:
    """Changes of terms that wait for a second person; `mine` for whoever asked."""
    found = []
    terms = {row.code: value for row, value in case.of("term")}
    open_reviews = set(
        Review.objects.filter(pk__in=[v["review"] for _r, v in case.of("change")], verdict="").values_list(
            "pk", flat=True
        )
    )
    for _row, wish in case.of("change"):
        if wish["review"] in open_reviews and wish["term"] in terms:
            term = terms[wish["term"]]
            found.append({"review": wish["review"], "title": term["title"], "due": _day(term["due"]), "why": wish["why"],
                          "drop": wish["do"] == "drop", "event": _day(wish["event"]), "mine": wish["by"] == user.pk})  # fmt: skip
    return found


def taken_back(case: Opened, today: date) -> list[dict[str, Any]]:
    """Consents that hold no more: to be represented as long as the case is open, the others for two weeks.

    Of statistics the services say it (`served.uncounted`).
    """
    last = {(value["purpose"], value["to"]): value for _row, value in case.of("consent")}
    return [
        {"title": PURPOSES[purpose].title, "to": to, "on": _day(value["on"])}
        for (purpose, to), value in last.items()
        if value["state"] == "revoked" and purpose != "statistics" and case.case.open
        and (purpose == "representation" or value["on"] >= (today - FRESH).isoformat())
    ]  # fmt: skip


def failed(case: Opened) -> list[dict[str, Any]]:
    """Changes that a second person has agreed to and that no date can be computed from; the term stands as it did.

    Nothing is said any more once the same term is asked about anew.
    """
    terms = {row.code: value for row, value in case.of("term") if not row.done}
    last = {wish["term"]: wish for _row, wish in case.of("change")}
    return [
        {"title": terms[code]["title"], "event": _day(wish["event"])}
        for code, wish in last.items()
        if wish.get("failed") and code in terms
    ]


def decided(case: Opened, names: dict[int, str], today: date) -> list[dict[str, Any]]:
    """What a second person has said of terms, the newest first. `stands`: refused lately, and not asked anew since."""
    running = {row.code for row, _value in case.of("term") if not row.done}
    last = {wish["term"]: wish["review"] for _row, wish in case.of("change")}
    return [
        {"title": wish.get("title", ""), "due": _day(wish.get("due", "")), "drop": wish["do"] == "drop", "event": _day(wish["event"]),
         "why": wish["why"], "agreed": wish["verdict"] == "agreed", "by": names.get(wish["by"], "–"),
         "second": names.get(wish["second"], "–"), "on": _day(wish["decided"]),
         "stands": wish["verdict"] == "refused" and wish["term"] in running and last[wish["term"]] == wish["review"]
                   and wish["decided"] >= (today - FRESH).isoformat()}
        for _row, wish in reversed(case.of("change")) if wish.get("verdict")
    ]  # fmt: skip
