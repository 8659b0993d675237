"""What waits in legal aid: a number, a reference, a date; what it is about stands behind the unlocked vault."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from icma.core.access import Who, allowed
from icma.core.day import legal_day
from icma.front.mine.item import MOST, Item, leads, tone_of
from icma.legalaid.actions.cases.telling import unread
from icma.legalaid.actions.desk import questions
from icma.legalaid.models import Case, Offer, Question, Sealed
from icma.legalaid.words import Compartment
from icma.matters.addresses import lawyer_address

ROLES = (
    "lawyer",
    "advocate",
)  # an officer who answers for a case hears by mail; his page asks enough already
AHEAD = timedelta(days=14)


def received(who: Who, at: datetime) -> Iterable[Item]:
    """People who wait for help, cases that are offered or have something new, questions about letters."""
    if not who.has(*ROLES):
        return
    waiting = list(allowed(Case.objects.all(), who, "queue", at).values_list("urgent", flat=True)[:100])
    if waiting:
        why = _("Requests that wait: %(waiting)s") % {"waiting": len(waiting)}
        yield Item(
            _("Somebody waits for help"),
            reverse("reception"),
            _("Look"),
            why,
            tone="now" if any(waiting) else "calm",
        )
    for offer in allowed(Offer.objects.all(), who, "view", at).order_by("pk")[:MOST]:
        yield Item(
            _("A colleague offers you a case"),
            reverse("offer_answer", args=[offer.code]),
            _("Look"),
            tone="now",
        )
    known = allowed(Case.objects.filter(code__in=unread(who.user)), who, "work", at)
    for code in known.order_by("code").values_list("code", flat=True)[:MOST]:
        yield Item(
            code, reverse("case", args=[code]), _("Open the case"), _("New from the client"), tone="now"
        )
    today = legal_day(at)
    for row in Question.objects.filter(answered_on=None).order_by("due_on", "pk")[:MOST]:
        yield Item(_("A question to the lawyers"), reverse("question", args=[row.code]), _("Answer"), due=row.due_on,
                   tone=tone_of(row.due_on, today))  # fmt: skip


def answered(who: Who, at: datetime) -> Iterable[Item]:
    """Answers of the last two weeks to what one has asked the lawyers."""
    if not leads(who):
        return
    for one in questions.answered_to(who.user, legal_day(at) - AHEAD):
        why = _("Question %(code)s") % {"code": one.row.code}
        yield Item(_("A lawyer has answered"), lawyer_address(one.matter, one.letter), _("Read"), why)


def terms(who: Who, at: datetime) -> Iterable[Item]:
    """Terms and hearings of the next two weeks, and those that have passed, of cases one answers for. What a closed
    case still waits for is to be asked about, and never late."""
    if not who.has(*ROLES):
        return
    today = legal_day(at)
    mine = allowed(Case.objects.all(), who, "lead", at)
    rows = Sealed.objects.filter(case__in=mine.values("pk"), done=False, due_on__lte=today + AHEAD)
    named = rows.order_by("due_on", "pk").values_list(
        "case__code", "code", "due_on", "case__open", "compartment"
    )
    for code, row, on, live, where in named[:MOST]:
        tone = tone_of(on, today) if live else "now" if on <= today else "calm"
        url, act, why = reverse("case", args=[code]), _("Open the case"), ""
        if (
            not live and where == Compartment.FILE
        ):  # what became of it; all else had to be settled before it was closed
            url, act = reverse("case_follow", args=[code, row]), _("Write down what became of it")
            why = _("Closed; ask how it stands now")
        yield Item(code, url, act, why, on, tone)
