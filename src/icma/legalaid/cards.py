"""Cards of the cases somebody works on: opened together, fast; lists, boards and search read them.

One query brings grants and sealed cards; a grant that is opened for the first time is kept under the owner's own key
(93 µs become 11). What was opened is kept in this process for the next page sealed under the owner's key, never in
clear, and is read again only while neither cards nor grants have changed.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from icma.core.day import legal_day
from icma.engines import vault
from icma.engines.aztext import fold, sort_text
from icma.legalaid.actions.cases.caching import keep_cached
from icma.legalaid.models import Grant, Wall
from icma.legalaid.places import grant_at, row_at
from icma.legalaid.ring import Ring
from icma.legalaid.words import Compartment

FILE = Compartment.FILE.value
MOST_KEPT = 8  # people of one process
_KEPT: OrderedDict[str, tuple[Any, bytes]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Card:
    """One line of the list. Dates are ISO texts, as they stand in the card."""

    code: str
    open: bool
    urgent: bool
    touched: str
    title: str
    client: str
    stage: str
    next: str
    next_on: str
    folded: str

    @property
    def next_day(self) -> date | None:
        return date.fromisoformat(self.next_on) if self.next_on else None


def grants_of(ring: Ring) -> QuerySet[Grant]:
    """The live grants that a list stands on: file keys of the present epoch, of cases behind no wall."""
    walls = Wall.objects.filter(user=ring.user).values("case")
    own = Q(holder=ring.pair) & (Q(expires_at=None) | Q(expires_at__gt=ring.at))
    return Grant.objects.filter(
        own, compartment=Compartment.FILE, epoch=F("case__file_epoch"), case__assignee__isnull=False
    ).exclude(case__in=walls)


def cards(ring: Ring) -> list[Card]:
    """Every card of the ring's owner."""
    grants = grants_of(ring)
    stamp = grants.order_by().aggregate(
        n=Count("pk"), revs=Sum("case__rev"), grants=Sum("pk"), last=Max("case__touched_on"),
        today=Count("pk", filter=Q(case__touched_on=legal_day(ring.at))),
    )  # fmt: skip
    kept = _KEPT.get(ring.pair.code)
    if kept and kept[0] == stamp:
        rows = vault.unseal(ring.own("cards"), kept[1], ring.pair.code)["cards"]
        return [Card(*row) for row in rows]
    rows = _opened(ring, grants)
    blob = vault.seal(ring.own("cards"), {"cards": rows}, ring.pair.code)
    _KEPT[ring.pair.code] = (stamp, blob)
    _KEPT.move_to_end(ring.pair.code)
    while len(_KEPT) > MOST_KEPT:
        _KEPT.popitem(last=False)
    return [Card(*row) for row in rows]


def forget() -> None:
    """Nothing is kept: after locking, and in tests."""
    _KEPT.clear()


def file_keys(ring: Ring) -> dict[int, tuple[str, int, bytes]]:
    """Case id → (code, epoch, file key) of all that the list stands on, in one query."""
    cache, holder, fresh, found = ring.own("grant-cache"), ring.pair.code, [], {}
    rows = grants_of(ring).values_list("pk", "case_id", "blob", "cached", "case__code", "case__file_epoch")
    for pk, case, blob, cached, code, epoch in rows:
        place = grant_at(code, FILE, epoch, holder)
        if cached:
            key = vault.unlock(cache, cached, place)
        else:
            key = ring.unwrapped(bytes(blob), place)
            fresh.append((pk, vault.lock(cache, key, place)))
        found[case] = (code, epoch, key)
    if fresh:
        keep_cached(found=fresh)
    return found


COLUMNS = (
    "case_id",
    "case__file_epoch",
    "case__rev",
    "case__card",
    "case__open",
    "case__urgent",
    "case__touched_on",
)


def _opened(ring: Ring, grants: QuerySet[Grant]) -> list[list[Any]]:
    keys, out = file_keys(ring), []
    for case, now, rev, sealed, is_open, urgent, touched in grants.values_list(*COLUMNS):
        code, epoch, key = keys.get(case, ("", 0, b""))
        if epoch != now:  # given or sealed anew between the two queries: the next page has it
            continue
        card = vault.unseal(key, sealed, row_at(code, FILE, "card", epoch, rev))
        title, client, following = card.get("title", ""), card.get("client", ""), card.get("next", "")
        sought = fold(f"{code} {title} {client} {following} {card.get('matter', '')}")
        out.append([code, is_open, urgent, touched.isoformat(), title, client, card.get("stage", ""), following,
                    card.get("next_on", ""), sought])  # fmt: skip
    return out


ORDERS = {
    "step": lambda card: (not card.urgent, card.next_on or "9999", card.code),
    "new": lambda card: (card.touched, card.code),
    "name": lambda card: sort_text(card.client or card.title),
}


def listed(ring: Ring, *, words: str = "", closed: bool = False, order: str = "step") -> list[Card]:
    """Cards in an order, of open or closed cases, with all of the folded `words` in them."""
    wanted = fold(words).split()
    found = [
        card for card in cards(ring) if card.open != closed and all(word in card.folded for word in wanted)
    ]
    return sorted(found, key=ORDERS.get(order, ORDERS["step"]), reverse=order == "new")
