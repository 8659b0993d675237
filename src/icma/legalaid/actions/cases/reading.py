"""What is opened is written down in the same transaction: a case, its thread, a list, a search, a file."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from icma.core.action import action
from icma.core.day import legal_day
from icma.engines import vault
from icma.engines.aztext import fold
from icma.legalaid.actions.audit import note_read
from icma.legalaid.actions.cases.offers import bodies
from icma.legalaid.actions.cases.seats import holders
from icma.legalaid.actions.cases.served import SOON, count_late
from icma.legalaid.actions.cases.terms import carry_out, count_anew, day_has_come
from icma.legalaid.actions.drops import take_in
from icma.legalaid.cards import FILE, Card, cards, file_keys, grants_of, listed
from icma.legalaid.models import Case, Sealed, Wall
from icma.legalaid.places import row_at
from icma.legalaid.procedure import ANSWERED, OFFERED, not_before
from icma.legalaid.readings import by_role
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, card_of, opened
from icma.legalaid.words import Compartment

Row = tuple[Sealed, dict[str, Any]]


@dataclass
class Opened:
    """A case as its page needs it: the card and rows by kind."""

    case: Case
    card: dict[str, Any]
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def of(self, kind: str) -> list[Row]:
        return self.rows.get(kind, [])


def role_in(case: Case, user: Any) -> str:
    """In what role somebody opens a case, for the chain of reads."""
    for role in ("assignee", "deputy", "supervisor"):
        if getattr(case, f"{role}_id") == user.pk:
            return role
    return "guest"


@action
def open_case(*, ring: Ring, case: Case, at: datetime) -> Opened:
    """Everything of a case; mail, what was agreed and what a new edition changed are taken in first. One row of audit."""
    take_in(ring=ring, case=case, at=at)
    carry_out(ring=ring, case=case)
    count_anew(ring=ring, case=case)
    day_has_come(ring=ring, case=case)
    count_late(ring=ring, case=case, at=at)
    found = Opened(case, card_of(ring, case))
    for compartment in Compartment:
        for row, value in all_opened(ring, case, compartment):
            found.rows.setdefault(value["kind"], []).append((row, value))
    note_read(ring=ring, role=role_in(case, ring.user), verb="case", case=case, at=at)
    return found


@action
def list_cases(*, ring: Ring, words: str, closed: bool, order: str, at: datetime) -> list[Card]:
    """The list or a search in it: one row of audit, without the words."""
    found = listed(ring, words=words, closed=closed, order=order)
    note_read(
        ring=ring, role="staff", verb="search" if words else "list", refs=[card.code for card in found], at=at
    )
    return found


@action
def search_notes(*, ring: Ring, words: str, at: datetime) -> list[str]:
    """Codes of one's cases in whose notes all the words stand: decrypted one by one, nothing is indexed.

    A note carries its folded text (`rows.write_note`), so that most are let go before they are even read as JSON.
    """
    wanted, found, keys = fold(words).split(), set(), file_keys(ring)
    sought = [json.dumps(word, ensure_ascii=False)[1:-1].encode() for word in wanted]
    rows = Sealed.objects.filter(case__in=grants_of(ring).values("case"), compartment=FILE)
    for case, code, epoch, rev, blob in rows.values_list(
        "case_id", "code", "epoch", "rev", "blob"
    ).iterator():
        of, now, key = keys.get(case, ("", 0, b""))
        if epoch != now or of in found:  # of an older epoch: until somebody with its key has sealed it anew
            continue
        try:
            plain = vault.unsealed(key, blob, row_at(of, FILE, code, epoch, rev))
        except vault.Unopened:  # a damaged row: its case says so when it is opened
            continue
        if all(word in plain for word in sought):
            value = json.loads(plain)
            if value["kind"] == "note" and all(word in value["sought"] for word in wanted):
                found.add(of)
    note_read(ring=ring, role="staff", verb="search", refs=found, at=at)
    return sorted(found)


@dataclass
class Board:
    """Terms of a week, what ran out, what has to be looked at anew, and cases that nothing moves.

    `early`: days before which a step would be too early; nothing is due on them.
    """

    late: list[tuple[Card, Sealed, str]]  # with what it is: a term's title, the hour and house of a hearing
    week: list[tuple[Card, Sealed, str]]
    anew: list[tuple[Card, Sealed]]
    early: list[tuple[Card, date]]
    after: list[
        tuple[Card, Sealed, bool]
    ]  # closed three months ago: what became of it? True for who writes it down
    still: list[Card]
    slipped: list[Card]  # a next step is set, and its day has passed


@action
def open_board(*, ring: Ring, edition: int, at: datetime) -> Board:
    """Cards, terms of law (some have only an earliest day), and what stands on the board are opened."""
    today = legal_day(at)
    known = {card.code: card for card in cards(ring)}
    mine = {code: card for code, card in known.items() if card.open}
    live = Sealed.objects.filter(case__in=grants_of(ring).values("case"), done=False).select_related("case")
    due = live.filter(Q(due_on__isnull=False) | Q(edition__isnull=False)).order_by("due_on", "pk")
    all_due = [(known[row.case.code], row) for row in due if row.case.code in known]
    found = [pair for pair in all_due if pair[0].open]
    soon = today + timedelta(days=7)
    told = _told(ring, [row for _card, row in found if row.edition is not None or row.due_on <= soon])
    early = {
        pk: date.fromisoformat(one["due"]) for pk, one in told.items() if not_before(one.get("rule", ""))
    }
    rows = [pair for pair in found if pair[1].pk not in early and pair[1].due_on]
    days = [(card, row, early[row.pk]) for card, row in found if row.pk in early]
    busy = {card.code for card, _row in rows} | {card.code for card, _row, day in days if day > today}
    board = Board(
        late=[(card, row, _what(told.get(row.pk))) for card, row in rows if row.due_on < today],
        week=[(card, row, _what(told.get(row.pk))) for card, row in rows if today <= row.due_on <= soon],
        anew=[pair for pair in found if pair[1].edition is not None and pair[1].edition < edition],
        early=sorted(((card, day) for card, _row, day in days), key=itemgetter(1)),
        after=[(card, row, role_in(row.case, ring.user) != "guest") for card, row in all_due if not card.open and row.due_on and row.due_on - SOON <= today],
        still=[card for card in mine.values() if not card.next and card.code not in busy],
        slipped=sorted((card for card in mine.values() if card.next and card.next_day and card.next_day < today), key=lambda card: card.next_on),
    )  # fmt: skip
    note_read(ring=ring, role="staff", verb="board", refs=list(mine), at=at)
    return board


def _told(ring: Ring, rows: list[Sealed]) -> dict[int, dict[str, Any]]:
    """Id → what a row says; what is damaged is not there. Keys are read in one query."""
    keys, found = file_keys(ring), {}
    for row in rows:
        _code, epoch, key = keys[row.case_id]
        ring.keep(row.case, FILE, epoch, key)
        with suppress(vault.Unopened):
            found[row.pk] = opened(ring, row)
    return found


def _what(value: dict[str, Any] | None) -> str:
    """A term by its title, a hearing by its hour and house; "" for what does not open."""
    if value is None:
        return ""
    if value["kind"] == "hearing":
        return ", ".join((_("Hearing"), value["time"], value["body"]))
    return value.get("title", "")


@action
def open_row(*, ring: Ring, row: Sealed, verb: str, at: datetime) -> dict[str, Any]:
    """One row for a page or a file that leaves it."""
    value = opened(ring, row)
    note_read(ring=ring, role=role_in(row.case, ring.user), verb=verb, case=row.case, at=at)
    return value


@action
def open_holders(*, ring: Ring, case: Case, at: datetime) -> dict[str, Any]:
    """Who holds a live key to a case, what was offered and answered, who opened it by day and role."""
    grants, named = holders(case, at), bodies(ring, case)
    note_read(ring=ring, role=role_in(case, ring.user), verb="case", case=case, at=at)
    offers = list(case.offers.select_related("to").order_by("-pk")[:40])
    shown = [{"row": row, "to": named.get(row.code) or row.to, "body": named.get(row.code, ""), "what": OFFERED[row.kind],
              "state": ANSWERED.get(row.state, ""), "over": row.until and row.until <= at} for row in offers]  # fmt: skip
    return {
        "holders": [{"pair": row.holder, "user": row.holder.owner, "role": role_in(case, row.holder.owner), "until": row.expires_at,
                     "mine": row.holder_id == ring.pair.pk} for row in grants],
        "offers": [one for one in shown if not one["state"]],
        "answered": [one for one in shown if one["state"]],
        "reads": by_role(case),
    }  # fmt: skip


def workload(users: list[Any], today: date, viewer: Any = None) -> dict[int, int]:
    """Weighted open cases by user id: one each, one more for an urgent one, one for each term within two weeks.

    What stands behind a wall for the `viewer` is not counted.
    """
    load = {user.pk: 0 for user in users}
    walled = Wall.objects.filter(user=viewer).values("case")
    rows = Case.objects.filter(open=True, assignee__in=users).exclude(pk__in=walled)
    rows, owner = rows.values_list("pk", "assignee_id", "urgent"), {}
    for pk, assignee, urgent in rows:
        owner[pk] = assignee
        load[assignee] += 1 + urgent
    near = Sealed.objects.filter(case__in=list(owner), done=False, due_on__lte=today + timedelta(days=14))
    for case in near.values_list("case_id", flat=True):
        load[owner[case]] += 1
    return load
