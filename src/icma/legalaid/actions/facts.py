"""Facts for the figures: one a service, sealed for the statistics key, linked to nothing that stands in clear.

Whoever holds the statistics key reads facts and no cases; whoever opens a case knows its facts' codes and no facts of
others. The code is kept in the case's thread alone, so that the client, with the code on paper, takes a fact back.
What a fact shares with its case in clear is nothing but the quarter: its number is random and `mix` lays all of them
down anew in random order. Copies of the database of single days could still be compared by who holds that key too:
docs/legal-aid.md says so.
"""

import json
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from icma.core.action import action
from icma.core.day import legal_day
from icma.engines import vault
from icma.legalaid.consenting import given
from icma.legalaid.models import Case, Fact, Release
from icma.legalaid.pairs import genuine, group_pair, row_code
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened, put
from icma.legalaid.words import Compartment, Group
from icma.matters.bands import AgeBand, Sex

STEP = 512  # every fact is equally long
PERSON, INITIATIVE = "person", "initiative"
SERVICES = ("information", "advice", "drafting", "negotiation", "representation", "referral", "training")
FOLLOWED = ("not_needed", "done", "partly", "waiting", "unknown")
OUTCOMES = ("won", "partly", "settled", "lost", "withdrawn", "referred", "unknown")


@dataclass(frozen=True)
class Service:
    """What is counted of one service; codes and bands, never words. `first`: the first for this client, ever; never
    of quick advice, where nobody knows who the client is."""

    who: str = PERSON
    first: bool = False
    sex: str = "unknown"
    band: str = "unknown"
    region: str = ""  # code of a place of the first level
    problem: str = ""  # code of the taxonomy's first level
    service: str = "advice"
    outcome: str = "unknown"  # of a case that ended, and of nothing else
    ended: bool = False  # no service but the end of a case; `service`: the weightiest that it had, or ""
    enforced: str = ""  # no service but what three months later became of the end of a case, of FOLLOWED
    clinic: str = ""  # code of an event
    grade: int = 0  # 1 to 5 from a client; then nothing else is said
    minutes: int = 0  # of quick advice


def quarter_of(on: date) -> str:
    return f"{on.year}Q{(on.month + 2) // 3}"


def is_first(*, ring: Ring, case: Case) -> bool:
    """True while no service of this case was counted."""
    rows = all_opened(ring, case, Compartment.THREAD, "counted")
    return not any(is_service(value["values"]) for _row, value in rows)


def is_service(values: dict[str, Any]) -> bool:
    """True for a service, false for how a case ended and for what became of that."""
    return not values.get("ended") and not values.get("enforced")


@action
def write(*, values: Service, at: datetime, ring: Ring | None = None, case: Case | None = None) -> str:
    """One fact; its code, or "" when nothing may be counted.

    Of a case only while the client agrees to statistics; the code goes into the thread. Without a case: quick advice,
    where nobody is named. Nothing is counted before the statistics group has a key.
    """
    _check(values)
    if case is not None:
        assert ring is not None
        Case.objects.select_for_update(no_key=True).get(
            pk=case.pk
        )  # a consent taken back this second wins or waits
        if not given(ring, case, "statistics"):
            return ""
    code = _sealed(values, quarter_of(legal_day(at)))
    if code and case is not None and ring is not None:
        value = {"kind": "counted", "fact": code, "values": asdict(values)}
        put(ring=ring, case=case, compartment=Compartment.THREAD, value=value, on=legal_day(at))
    return code


def can_count() -> bool:
    """False while the statistics group has no key: then nothing is counted, and whoever presses must be told."""
    pair = group_pair(Group.STATISTICS)
    return pair is not None and genuine(pair)


def _check(values: Service) -> None:
    sound = (
        values.who in (PERSON, INITIATIVE)
        and values.sex in Sex.values
        and values.band in AgeBand.values
        and (values.service in SERVICES or (not is_service(asdict(values)) and not values.service))
        and values.outcome in OUTCOMES
        and values.enforced in ("", *FOLLOWED)
        and 0 <= values.grade <= 5
        and 0 <= values.minutes <= 240
        and max(map(len, (values.region, values.problem, values.clinic))) <= 24
    )
    if not sound:
        raise ValueError("not a fact: codes and bands of the closed lists alone")


def _sealed(values: Service, quarter: str) -> str:
    pair = group_pair(Group.STATISTICS)
    if pair is None or not genuine(pair):
        return ""
    code = row_code()
    plain = json.dumps(asdict(values), separators=(",", ":")).encode().ljust(STEP)
    blob = vault.wrap(bytes(pair.public), plain, fact_place(code, quarter))
    Fact.objects.create(pk=_number(), code=code, quarter=quarter, blob=blob)
    return code


def fact_place(code: str, quarter: str) -> str:
    return f"fact|{code}|{quarter}"


def _number() -> int:
    """The row's number says nothing about when it came."""
    return secrets.randbits(62)


@action
def end(*, ring: Ring, case: Case, values: Service, at: datetime) -> str:
    """How a case ended, counted in the quarter in which it was written down: a quarter that was published stays as it is.

    A case that goes on and ends anew: the earlier ending is counted no more, unless it was published.
    """
    last = Release.objects.order_by("-through").values_list("through", flat=True).first() or ""
    for row, value in list(all_opened(ring, case, Compartment.THREAD, "counted")):
        fact = Fact.objects.filter(code=value["fact"], quarter__gt=last)
        if value["values"].get("ended") and fact.delete()[0]:
            case.rows.filter(pk=row.pk).delete()
    return write(values=replace(values, ended=True), at=at, ring=ring, case=case)


@action
def withdraw(*, ring: Ring, case: Case) -> int:
    """The client wants to be counted no more: the facts go at once, and what pointed at them; how many."""
    rows = list(all_opened(ring, case, Compartment.THREAD, "counted"))
    Fact.objects.filter(code__in=[value["fact"] for _row, value in rows]).delete()
    case.rows.filter(pk__in=[row.pk for row, _value in rows]).delete()
    return len(rows)


@action
def mix(*, at: datetime) -> int:
    """Lay the facts of the running quarter down anew, in random order under random numbers; how many."""
    rows = list(Fact.objects.select_for_update(no_key=True).filter(quarter=quarter_of(legal_day(at))))
    secrets.SystemRandom().shuffle(rows)
    Fact.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for row in rows:
        row.pk = _number()
    Fact.objects.bulk_create(rows)
    return len(rows)


def opened_facts(ring: Ring, since: str, through: str) -> Iterator[Service]:
    """What a member of the statistics group reads. Raises Unopened for others."""
    ring.group(Group.STATISTICS)
    for fact in Fact.objects.filter(quarter__gte=since, quarter__lte=through).order_by("pk"):
        plain = ring.opened_by_group(Group.STATISTICS, bytes(fact.blob), fact_place(fact.code, fact.quarter))
        values: dict[str, Any] = json.loads(plain)
        yield Service(**values)
