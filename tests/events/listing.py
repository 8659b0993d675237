"""Meetings with lists, for the tests of attendance."""

from datetime import datetime, timedelta
from typing import Any

from icma.events.actions import attending, hold_event, plan_event
from icma.events.lists import read_list
from icma.events.models import Event

LIST = """ad;cins;yaş;iştirak;poçt;razılıq
Nümunə Aysel;qadın;18–29;bəli;geldi@numune.invalid;bəli
Nümunə Rəşad;kişi;41;bəli;;
Nümunə Lalə;q;60+;;;
""".encode()
# The same, and what goes wrong: line 5 is a double, 6 a child, 7 shifted, 8 a band that is none, 9 a half, 10 one cell too many.
ROWS = (
    LIST.decode()
    + """Aysel Nümunə;qadın;18–29;;;
Nümunə Uşaq;qadın;12;;;
qadın;18–29;Nümunə Nigar;;;
Nümunə Səhv;qadın;20-35;;;
Nümunə Yarım;kişi;1,5;;;
Nümunə Artıq;kişi;30;;;;artıq
Nümunə Gəlmədi;kişi;50;yox;gelmedi@numune.invalid;bəli
;qadın;
"""
).encode()


def meeting(country: Any, cast: Any, at: datetime, back: int = 1, held: bool = False, **more: Any) -> Event:
    """A meeting `back` days ago; `held` with nobody counted but one head that is taken back again."""
    event = plan_event(
        organisation=country.community, title=f"Görüş {back}", starts_at=at - timedelta(days=back), at=at,
        by=cast.coordinator, **more,
    )  # fmt: skip
    if held:
        hold_event(event=event, at=at, by=cast.coordinator)
    return event


def listed(country: Any, cast: Any, at: datetime) -> Event:
    """Three known and one unnamed came, one stayed away; held."""
    event = meeting(country, cast, at, held=True)
    attending.enter_list(event=event, number="1", report=read_list(ROWS), at=at, by=cast.coordinator)
    return event
