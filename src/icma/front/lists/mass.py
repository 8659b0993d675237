"""Every answer to a question that was put to many bodies, one row a body."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import icma.advocacy.access  # noqa: F401  (its rules)
from icma.advocacy.comparison import Compared, compared, with_letters
from icma.advocacy.models import MassRequest, MassRow
from icma.core.day import legal_day, moment
from icma.core.listing import Column, Filter, Listing
from icma.front.cards import matter_url
from icma.front.lists.asking import Hidden


def _of(row: Any) -> Compared:
    """How the row stands, found once for all its columns."""
    if not hasattr(row, "compared"):
        row.compared = compared(row, legal_day(timezone.now()))
    return row.compared  # type: ignore[no-any-return]


def _named(code: str) -> str | None:
    return MassRequest.objects.filter(code=code[:8]).values_list("subject", flat=True).first()


MASS_ANSWERS = Listing(
    name="mass_answers",
    title=_("Answers to one question"),
    about=_("One question was put to many bodies: who answered, when and what. No record is not no answer."),
    rows=lambda: with_letters(MassRow.objects.all()),
    order="-id",
    heading=lambda r: f"{r.mass.subject}: {r.letter.authority}",
    link=lambda r: f"{matter_url(r.letter.matter.code)}sorgu/{r.mass.code}/",
    stamp=lambda r: moment(r.letter.sent_on),
    empty=(_("No question has been put to many bodies yet"), _("A campaign does so from its workspace.")),
    filters=(Filter("mass", _("Question"), lambda v: Q(mass__code=v), named=_named),),
    columns=(
        Column("subject", _("Question"), lambda r: r.mass.subject, example="Su qrafiki"),
        Hidden("mass", _("Code of the question"), lambda r: r.mass.code, example="7Q4FM2KD"),
        Hidden("matter", _("Code of the campaign"), lambda r: r.letter.matter.code, example="7Q4FM2KD"),
        Column("body", _("Body"), lambda r: str(r.letter.authority), example="Nümunə Su İdarəsi"),
        Hidden("authority", _("Code of the body"), lambda r: r.letter.authority.code, example="WATER001"),
        Column("sent_on", _("Sent"), lambda r: r.letter.sent_on, date, "2026-03-02"),
        Hidden("registered_on", _("Registered"), lambda r: r.letter.registered_on, date, "2026-03-03"),
        Hidden("due_on", _("Answer due"), lambda r: _of(r).due_on, date, "2026-03-12"),
        Hidden("certainty", _("How sure the date is"), lambda r: _of(r).mark, example="vəkil təsdiqləyib"),
        Column("answered_on", _("Answered"), lambda r: _of(r).reply and _of(r).reply.dated_on, date, "2026-03-10"),
        Hidden("days", _("Calendar days from registration to answer"), lambda r: _of(r).days, int, 7),
        Hidden("answer", _("Kind of answer"), lambda r: _of(r).reply.answer if _of(r).reply else "", example="substance"),
        Column("value", _("Answer"), lambda r: r.value if _of(r).reply else "", example="4 saat"),
        Hidden("state", _("Standing"), lambda r: _of(r).stands.state, example="answered"),
        Column("standing", _("How it stands"), lambda r: str(_of(r).stands.label), example="cavab verilib"),
    ),
)  # fmt: skip
