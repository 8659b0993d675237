"""What one letter's page shows to those who lead its matter."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from icma.core.access import Who, may
from icma.core.day import legal_day
from icma.law.book import book
from icma.law.letters import letter_text
from icma.matters.actions.redaction import waiting
from icma.matters.actions.telling import held_of
from icma.matters.addresses import lawyer_address, step_address
from icma.matters.ahead import other_days, rung_days
from icma.matters.clockview import clock_view
from icma.matters.compose import addressee
from icma.matters.compose.dates import dues
from icma.matters.compose.text import says_too_much
from icma.matters.compose.wishes import WISHES, text_and_rule
from icma.matters.flow import LETTER
from icma.matters.ladder import Rung, reply_to, rungs
from icma.matters.lateness import askable, clock_of, stage_of, standing
from icma.matters.mailbox import mail_address
from icma.matters.models import Clock, Letter

# The page of each step; answers, forwarding and the like come through one form, which asks what came.
_PAGES = {
    "send": ("letter_sent", {}), "drop": ("letter_drop", {}), "register": ("letter_registered", {}),
    "confirm_silence": ("silence", {}),
    "answer": ("letter_incoming", {}), "forward": ("letter_incoming", {"what": "forwarded"}),
    "return": ("letter_incoming", {"what": "unconsidered"}),
}  # fmt: skip


def letter_words(letter: Letter, who: Who, now: datetime) -> dict[str, Any]:
    """Context of matters/letter.html."""
    today = legal_day(now)
    if letter.direction == Letter.Direction.IN:
        return {
            "out": letter.answers, "review": waiting(letter) if letter.scan_id else None, "held": held_of(letter),
            "may_confirm": not letter.confirmed and may(who, "confirm", letter, now),
        }  # fmt: skip
    clocks = list(letter.clocks.select_related("edition", "authority", "letter").prefetch_related("events"))
    statutory = [clock for clock in clocks if clock.owner == "authority"]
    return {
        "steps": _steps(letter, statutory, today), "standing": standing(letter, today, _of(statutory)),
        "has_term": bool(statutory), "disputed": any(clock.disputed_at for clock in statutory) and who.has("officer"),
        "clocks": [clock_view(clock, today) for clock in clocks],
        "replies": letter.replies.order_by("dated_on", "pk"), "later": _later(letter),
        "rungs": [_rung(letter, rung, today) for rung in rungs(letter, today)],
        "draft": _draft_words(letter, today) if letter.stage == "draft" else None,
        "also": dues(letter.rule, letter.registered_on, book())[1:] if letter.registered_on else [],
        "length": len(letter.body), "lawyer": lawyer_address(letter.matter.code, letter.code),
        "looked": letter.entries.filter(verb="lawyer_looked").first(),
        "mails": _mails(letter),
    }  # fmt: skip


def _later(letter: Letter) -> list[dict[str, Any]]:
    return [{"letter": row, "stage": stage_of(row)} for row in letter.followed_by.select_related("authority")]


def _mails(letter: Letter) -> dict[str, Any] | None:
    """Mail that came: what waits for somebody, apart from machines' replies and what was dealt with."""
    rows, address = list(letter.mails.order_by("-received_at", "-pk")), mail_address(letter)
    waiting = [row for row in rows if row.state == "new" and row.kind != "auto"]
    rest = [row for row in rows if row not in waiting]
    return {"waiting": waiting, "rest": rest, "address": address} if rows or address else None


def _rung(letter: Letter, rung: Rung, today: date) -> dict[str, Any]:
    """A step of the ladder: its address and its days; those on a condition stand apart while the main term runs."""
    return {
        "rung": rung, "url": step_address(rung, letter.matter.code, letter.code), "days": rung_days(rung, today),
        "other": "" if rung.main_over(today) else other_days(rung, today),
    }  # fmt: skip


def _of(clocks: list[Any]) -> Any:
    return max(clocks, key=lambda clock: (clock.latest_on, clock.pk), default=None)


def _steps(letter: Letter, statutory: list[Clock], today: date) -> list[dict[str, Any]]:
    """Buttons of the steps that are open, from the flow; "asked, nothing came" once a term has ended."""
    may_ask = any(askable(clock, today) for clock in statutory)
    found = []
    for step in LETTER.open_steps(letter):
        if step.name in _PAGES and (may_ask or step.name != "confirm_silence"):
            name, query = _PAGES[step.name]
            url = reverse(name, args=[letter.matter.code, letter.code])
            found.append(
                {
                    "name": step.name,
                    "label": step.label,
                    "url": url + (f"?{urlencode(query)}" if query else ""),
                }
            )
    return found


def accuses(letter: Letter, today: date) -> bool:
    """A draft asserts a breach that may no longer be asserted."""
    if letter.stage != "draft" or letter.follows is None:
        return False
    return says_too_much(letter.body, clock_of(letter.follows), today, book())


def _draft_words(letter: Letter, today: date) -> dict[str, Any]:
    """Before it goes: remarks, dates, and whether an advocate has signed the text it was made from."""
    wish = next((w for w in WISHES.values() if w.kind == letter.kind and w.rule == letter.rule), None)
    if wish is None:
        wish = next(w for w in WISHES.values() if w.kind == letter.kind)
    before = letter.follows
    reply = reply_to(before, list(before.replies.all())) if before else None
    key, _rule = text_and_rule(wish, before, reply)
    chosen = addressee.chosen(letter, today)
    best = chosen.address or chosen.current
    return {
        "chosen": chosen, "remarks": addressee.remarks(letter.matter, letter.authority, letter.kind, best, today),
        "dues": dues(letter.rule, today, book()), "text": letter_text(key),
        "overtaken": reply is not None and reply.created_at > letter.created_at,
        "too_much": accuses(letter, today),
    }  # fmt: skip
