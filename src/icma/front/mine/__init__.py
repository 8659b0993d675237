"""My work: what waits for a person, what is due, what is late; one explicit tuple of questions.

Each question is one query or a few, however many rows, asked only of those it concerns. Every item leads straight to
the page where the thing is done.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy

from icma.core.access import Who
from icma.front.mine import campaigns, communities, legal, outcomes, oversight, results, staff, steps
from icma.front.mine.item import Item

Question = Callable[[Who, datetime], Iterable[Item]]
# Every question with its heading, in the order of the page.
QUESTIONS: tuple[tuple[Any, Question], ...] = (
    (gettext_lazy("First steps"), staff.begin),
    (gettext_lazy("Mail that comes back"), staff.mail_back),
    (gettext_lazy("Legal aid"), legal.received),
    (gettext_lazy("Terms of cases"), legal.terms),
    (gettext_lazy("Answers of the lawyers"), legal.answered),
    (gettext_lazy("Asked for a call"), staff.calls),
    (gettext_lazy("To moderate"), staff.to_moderate),
    (gettext_lazy("Photos to look at"), staff.pictures),
    (gettext_lazy("What communities tell"), campaigns.told),
    (gettext_lazy("Outcomes and stories"), outcomes.to_read),
    (gettext_lazy("Months"), outcomes.months),
    (gettext_lazy("Legal notices"), staff.notices),
    (gettext_lazy("Waiting for a community"), communities.to_take_up),
    (gettext_lazy("Waiting for the community's decision"), communities.led),
    (gettext_lazy("Terms"), communities.terms),
    (gettext_lazy("Last days of the next steps"), steps.next_steps),
    (gettext_lazy("E-mail that came"), communities.mails),
    (gettext_lazy("Letters"), communities.letters),
    (gettext_lazy("Decisions and promises"), oversight.watched),
    (gettext_lazy("Reports on results"), results.reports),
    (gettext_lazy("Answers to confirm"), staff.unconfirmed),
    (gettext_lazy("Objections of authorities"), staff.objections),
    (gettext_lazy("Requests about data"), staff.data_requests),
    (gettext_lazy("Letters to your body"), staff.to_answer),
    (gettext_lazy("Tasks"), communities.tasks),
    (gettext_lazy("Meetings"), communities.meetings),
    (gettext_lazy("Second person"), staff.reviews),
    (gettext_lazy("Terms of law"), staff.unsigned),
    (gettext_lazy("What you raised"), communities.raised),
)


@dataclass(frozen=True)
class Part:
    title: str
    items: list[Item]

    @property
    def late(self) -> int:
        return sum(item.tone == "late" for item in self.items)


def parts(who: Who, at: datetime) -> list[Part]:
    """What there is to do, by question; questions without an item are left out. Late things stand first."""
    order = {"late": 0, "now": 1, "calm": 2}
    found = []
    for title, ask in QUESTIONS:
        items = sorted(ask(who, at), key=lambda item: (order[item.tone], item.due or date.max))
        if items:
            found.append(Part(title, items))
    return found


def sums(found: list[Part]) -> dict[str, int]:
    """How much waits, is due within two days, is late."""
    items = [item for part in found for item in part.items]
    return {
        "waits": len(items),
        "due": sum(item.tone == "now" for item in items),
        "late": sum(item.tone == "late" for item in items),
    }
