"""Questionnaires that are or were open to everybody, the newest first."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

import icma.asks.access  # noqa: F401  (its rules)
from icma.asks.flow import VERSION
from icma.asks.kinds import told
from icma.asks.models import Form, Version
from icma.asks.pages import asker
from icma.core.day import moment
from icma.core.listing import Column, Filter, Listing
from icma.matters.addresses import local


def forms() -> QuerySet[Form]:
    """Each with the version that the public sees."""
    seen = Version.objects.filter(form=OuterRef("pk"), state__in=("open", "closed")).order_by("-number")
    return Form.objects.select_related("organisation").annotate(seen=Subquery(seen.values("pk")[:1]))


def share(rows: list[Any]) -> None:
    """The seen versions of one page, in one query."""
    versions = Version.objects.in_bulk([row.seen for row in rows])
    for row in rows:
        row.version = versions[row.seen]


def state(row: Any) -> str:
    return str(VERSION.stages[row.version.state].label)


ASKS = Listing(
    name="asks",
    title=_("Questionnaires"),
    about=_("Up to fifteen questions, on a page and on paper. Nobody learns who answered."),
    rows=forms,
    order="-id",
    heading=lambda f: str(told(f.version, "title")),
    link=lambda f: local(f"/anket/{f.code}/"),
    stamp=lambda f: moment(f.version.closed_on or f.version.opened_on),
    empty=(_("No questionnaire is open yet"), _("A questionnaire comes here once a moderator has read it.")),
    filters=(
        Filter("state", _("Stage"), lambda v: Q(pk__in=Version.objects.filter(state=v).values("form")),
               choices=lambda: [(name, VERSION.stages[name].label) for name in ("open", "closed")]),
    ),
    columns=(
        Column("title", _("Title"), lambda f: str(told(f.version, "title")), example="Qadınların iştirakına nə mane olur?"),
        Column("code", _("Code"), lambda f: f.code, example="7Q4FM2KD", in_table=False),
        Column("organisation_name", _("Who asks?"), asker, example="Nümunə Birliyi"),
        Column("state", _("Stage"), lambda f: f.version.state, example="open", in_table=False),
        Column("state_name", _("Stage"), state, example="cavablara açıqdır"),
        Column("opens_on", _("First day"), lambda f: f.opens_on, date, "2026-03-01"),
        Column("closes_on", _("Last day"), lambda f: f.closes_on, date, "2026-04-30"),
    ),
    share=share,
)  # fmt: skip
