"""The check of conflicts before facts: a register of names that only its group opens, and the verdict that opens facts.

Names come in under the group's public key, one row a case; when a member works they are prepared and packed into pages
under the group's own key, so that 20,000 of them are opened in one go. What was opened is kept in this process, sealed
under the member's own key. A case that is gone, or behind a wall, is in no answer.
"""

import json
import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _

from icma.core.action import Refused, action
from icma.core.day import legal_day
from icma.engines import vault
from icma.engines.names import Columns, prepare, search
from icma.legalaid.actions.audit import note_read
from icma.legalaid.models import Case, Name, NamePage, Offer, Wall
from icma.legalaid.pairs import genuine, group_pair
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, put
from icma.legalaid.words import Compartment, Group

THREAD = Compartment.THREAD
PAGE, MOST_KEPT, SHOWN = 2000, 8, 10
EMPTY = {"client": "", "other": "", "phone": "", "language": "", "woman": "", "source": "", "many": ""}
CLEAR, POSSIBLE, CONFLICT = "clear", "possible", "conflict"
_KEPT: OrderedDict[str, tuple[Any, bytes]] = OrderedDict()
COLUMN, ROW, FIELDS = "\x1e", "\n", 6  # no text holds them: both are white space
PHONE = re.compile(r"\+?\d[\d ()\-]{7,}\d")
Line = list[str]  # code of the case, role, name as written, and the three fields of Prepared


@dataclass(frozen=True)
class Candidate:
    """A name that may be the same. `case`: its code, or "" for who has no right to that case."""

    name: str
    role: str
    score: float
    why: str
    case: str


def _place(case: Case) -> str:
    return f"name|{case.code}"


@action
def register(*, case: Case, names: Iterable[tuple[str, str]]) -> None:
    """(role, name) of everybody in a case; nothing of it can be read without the group's key."""
    pair = group_pair(Group.CONFLICTS)
    told = [[role, one.strip()] for role, name in names for one in named_in(name) if one.strip()]
    if told and pair is not None and genuine(pair):
        plain = json.dumps(told, ensure_ascii=False).encode()
        Name.objects.create(case=case, blob=vault.wrap(bytes(pair.public), plain, _place(case)))


def named_in(text: str) -> list[str]:
    """What of a line is looked up: the line, and by themselves the numbers that stand among its words."""
    return [text, *(number for number in phones_in(text) if number != text.strip())]


def phones_in(text: str) -> list[str]:
    """Telephone numbers in free words: a contact, how to reach a client safely."""
    return [number for number in PHONE.findall(text) if prepare(number).phone]


@action
def pack(*, ring: Ring) -> int:
    """Put names that came in since into the pages; how many. For a member of the group."""
    ring.group(Group.CONFLICTS)
    rows = list(
        Name.objects.select_for_update(no_key=True).filter(packed=False).select_related("case").order_by("pk")
    )
    lines: list[Line] = []
    for row in rows:
        plain = ring.opened_by_group(Group.CONFLICTS, bytes(row.blob), _place(row.case))
        lines += [[row.case.code, role, name, *prepare(name)] for role, name in json.loads(plain)]
    if rows:
        _append(ring, lines)
        Name.objects.filter(pk__in=[row.pk for row in rows]).update(packed=True)
    return len(lines)


def _append(ring: Ring, lines: list[Line]) -> None:
    last = NamePage.objects.select_for_update(no_key=True).order_by("-number").first()
    number = last.number if last else 1
    held = _page(ring, last) if last else []
    known = set(Name.objects.values_list("case__code", flat=True))
    held = [line for line in held if line[0] in known] + lines
    while held:
        rev = last.rev + 1 if last and last.number == number else 1
        blob = vault.lock(
            _key(ring), json.dumps(held[:PAGE], ensure_ascii=False).encode(), f"names|{number}|{rev}"
        )
        NamePage.objects.update_or_create(number=number, defaults={"rev": rev, "blob": blob})
        held, number = held[PAGE:], number + 1


def _key(ring: Ring) -> bytes:
    return vault.derive(ring.group(Group.CONFLICTS), "names")


def _page(ring: Ring, page: NamePage) -> list[Line]:
    place = f"names|{page.number}|{page.rev}"
    return json.loads(ring.unlocked_by_group(Group.CONFLICTS, "names", bytes(page.blob), place))


def columns(ring: Ring) -> list[list[str]]:
    """Every name of the register whose case is still there, a list for each field of a line.

    Raises Unopened for who is no member.
    """
    ring.group(Group.CONFLICTS)
    stamp = (
        NamePage.objects.aggregate(n=Count("pk"), last=Max("pk"), rev=Max("rev")), Name.objects.aggregate(n=Count("pk"), last=Max("pk"))
    )  # fmt: skip
    kept = _KEPT.get(ring.pair.code)
    if kept and kept[0] == stamp:
        return _apart(vault.unlock(ring.own("names"), kept[1], ring.pair.code))
    known = set(Name.objects.values_list("case__code", flat=True))
    lines = (line for page in NamePage.objects.order_by("number") for line in _page(ring, page))
    found = {(line[0], line[2]): line for line in lines if line[0] in known}.values()  # a name once a case
    plain = COLUMN.join(ROW.join(" ".join(line[field].split()) for line in found) for field in range(FIELDS))
    _KEPT[ring.pair.code] = (stamp, vault.lock(ring.own("names"), plain.encode(), ring.pair.code))
    _KEPT.move_to_end(ring.pair.code)
    while len(_KEPT) > MOST_KEPT:
        _KEPT.popitem(last=False)
    return _apart(plain.encode())


def _apart(plain: bytes) -> list[list[str]]:
    """Split in a third of the time that JSON takes."""
    found = plain.decode().split(COLUMN)
    return [column.split(ROW) if found[0] else [] for column in found]


def forget() -> None:
    """Nothing is kept: after locking, and in tests."""
    _KEPT.clear()


def candidates(ring: Ring, names: list[str], but: str, mine: set[str], hidden: set[str]) -> list[Candidate]:
    """At most ten, of other cases than `but`. `mine`: codes that the asker may know; `hidden`: behind a wall."""
    cases, roles, written, *prepared = columns(ring)
    rows, left_out = Columns(*prepared), hidden | {but}
    for at, code in enumerate(cases):
        if code in left_out:
            rows.skeleton[at], rows.phone[at] = None, ""
    hits, known = [], set()
    for at, score, why in search([name for name in names if name.strip()], rows, 2 * SHOWN):
        same = (cases[at], rows.phone[at] if why == "phone" else at)  # a number stands alone and among words
        if same not in known:
            known.add(same)
            hits.append(Candidate(written[at], roles[at], score, why, cases[at] if cases[at] in mine else ""))
    return hits[:SHOWN]


def hidden_from(user: Any) -> set[str]:
    return set(Wall.objects.filter(user=user).values_list("case__code", flat=True))


@action
def look(*, ring: Ring, case: Case, mine: set[str], at: datetime, asked: str = "") -> dict[str, Any]:
    """What the reception sees before facts: names, candidates, the verdict that stands. Raises Unopened.

    `asked`: another name or a telephone number to be looked up in place of those that came with the request.
    """
    pack(ring=ring)
    door = door_of(ring, case)
    lines = [asked] if asked.strip() else [door["client"], door["other"], door["phone"]]
    names = [name for line in lines for name in named_in(line)]
    found = candidates(ring, names, case.code, mine, hidden_from(ring.user))
    note_read(
        ring=ring,
        role="conflicts",
        verb="conflict",
        case=case,
        refs=[_reference(ring, hit) for hit in found],
        at=at,
    )
    return {"door": door, "candidates": found, "verdict": verdict_of(ring, case)}


def _reference(ring: Ring, hit: Candidate) -> str:
    """A candidate's mark in the chain, which stands in clear for good: without the group's key nobody tries names or
    codes against it."""
    return vault.derive(ring.group(Group.CONFLICTS), f"reference|{hit.case}|{hit.name}").hex()


def door_of(ring: Ring, case: Case) -> dict[str, Any]:
    """Names, number, language and wishes; no facts."""
    return door_and_verdict(ring, case)[0]


def verdict_of(ring: Ring, case: Case) -> dict[str, Any] | None:
    """The newest verdict, with person and time; None before one was given."""
    return door_and_verdict(ring, case)[1]


def door_and_verdict(ring: Ring, case: Case) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Both in one pass over what is sealed."""
    door, verdict = EMPTY, None
    for _row, value in all_opened(ring, case, THREAD, "door", "checked"):
        if value["kind"] == "checked":
            verdict = value
        elif door is EMPTY:
            door = EMPTY | value
    return door, verdict


@action
def judge(*, ring: Ring, case: Case, verdict: str, at: datetime) -> None:
    """Say what the check has shown. Who says that there is a conflict stands before a wall from now on."""
    if verdict not in (CLEAR, POSSIBLE, CONFLICT):
        raise Refused(_("Choose what the check has shown."))
    if not ring.in_group(Group.CONFLICTS):
        raise Refused(_("Only members of the group for conflicts of interest do this."))
    value = {"kind": "checked", "verdict": verdict, "by": ring.user.pk, "at": at.isoformat()}
    put(ring=ring, case=case, compartment=THREAD, value=value, on=legal_day(at))
    if verdict == CONFLICT:
        wall(case=case, user=ring.user, by=ring.user, at=at)


@action
def wall(*, case: Case, user: Any, by: Any, at: datetime) -> None:
    """For this person the case does not exist from now on: he or she serves it no more, and an open offer falls."""
    Wall.objects.get_or_create(case=case, user=user, defaults={"by": by, "on": legal_day(at)})
    for seat in ("deputy", "supervisor"):
        Case.objects.filter(pk=case.pk, **{seat: user}).update(**{seat: None})
    call_off(Offer.objects.filter(case=case, to=user))


def call_off(offers: QuerySet[Offer]) -> None:
    """Of these offers what nobody has answered is taken back; what was shown first is not kept. Inside actions."""
    waiting = offers.filter(state=Offer.State.PROPOSED)
    waiting.update(state=Offer.State.REVOKED, parties=b"", summary=b"")


def came_in(ring: Ring, case: Case) -> bool:
    """True for a case that came through the reception, so that its names have to be checked."""
    return next(all_opened(ring, case, THREAD, "door"), None) is not None


def demand_verdict(ring: Ring, case: Case) -> str:
    """The verdict behind which facts may be opened. Raises Refused without one, and after a conflict."""
    found = verdict_of(ring, case)
    if found is None:
        raise Refused(_("Check the names first: facts are opened after a verdict."))
    if found["verdict"] == CONFLICT:
        raise Refused(_("After a conflict this case is for a colleague. Nothing was opened."))
    return found["verdict"]
