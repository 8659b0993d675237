"""To what a client may agree: five purposes, each with its text and the version of it; what stands in the ledger."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from icma.legalaid.models import Case
from icma.legalaid.ring import Ring
from icma.legalaid.sealing import all_opened
from icma.legalaid.words import Compartment

LANGUAGES = ("az", "ru", "en")


@dataclass(frozen=True)
class Purpose:
    """A change of `text` gets another version; the ledger keeps which one was read."""

    version: int
    title: Any
    text: Any
    after: Any  # what taking it back does


PURPOSES: dict[str, Purpose] = {
    "representation": Purpose(
        1, _("Acting for me"),
        _("A lawyer of the union may act in my case as we agreed: ask for papers, write, and speak for me where the law allows it."),
        _("Nothing more is done for you; what was filed stays filed."),
    ),
    "storage": Purpose(
        1, _("Keeping my case"),
        _("The union may keep what I have told and given, sealed, until the case has been closed for five years."),
        _("The whole case is erased at once, for you and for us. It cannot be brought back."),
    ),
    "statistics": Purpose(
        1, _("Being counted"),
        _("Sex, age band, region, kind of problem, service and outcome may be counted, without my name and without a link to my case."),
        _("What was counted of your case is deleted at once. Figures that were published stay."),
    ),
    "sharing": Purpose(
        1, _("Passing on to one body"),
        _("What I have agreed with my lawyer may be passed on to the body that is named here, and to no other."),
        _("Nothing more is passed on; what the body has received we cannot take back."),
    ),
    "story": Purpose(
        1, _("Telling my story"),
        _("My case may be told in public so that nobody can recognise me. I see the text before and may refuse it."),
        _("The story is not used again; ask for a text that was published to be taken down."),
    ),
}  # fmt: skip

HOW = {
    "screen": _("on this page"),
    "paper": _("in writing"),
    "spoken": _("spoken, face to face"),
    "phone": _("by telephone"),
}


def squeezed(to: str) -> str:
    """The name of a body as the ledger holds it."""
    return " ".join(to.split())


def ledger(ring: Ring, case: Case) -> list[dict[str, Any]]:
    """Everything that was given and taken back, in its order."""
    return [value for _row, value in all_opened(ring, case, Compartment.THREAD, "consent")]


def standing(ring: Ring, case: Case) -> list[dict[str, Any]]:
    """The consents that hold now, the newest word on each."""
    last = {(value["purpose"], value["to"]): value for value in ledger(ring, case)}
    return [value for value in last.values() if value["state"] == "given"]


def given(ring: Ring, case: Case, purpose: str, to: str = "") -> bool:
    """Does the client agree to this now? Asked in the transaction that does what it allows."""
    return any(v["purpose"] == purpose and v["to"] == squeezed(to) for v in standing(ring, case))
