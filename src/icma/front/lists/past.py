"""What was brought in from before İcma, each with the source it was taken from."""

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

import icma.research.declared.access  # noqa: F401  (its rules)
from icma.core.day import legal_day
from icma.core.listing import Column, Filter, Listing
from icma.front.cards import matter_url
from icma.front.lists.asking import Hidden
from icma.front.lists.directory import community_title
from icma.research.models import Imported


def _title(row: Imported) -> str:
    if row.organisation:
        return community_title(row.organisation)
    return row.matter.title if row.matter else str(row.letter.subject if row.letter else "")


def _is_open(row: Imported) -> bool:
    """A community that does not show its name shows no paper that may name it."""
    return row.organisation is None or row.organisation.seen == "full"


def _code(row: Imported) -> str:
    if row.organisation:
        return row.organisation.code if _is_open(row) else ""
    return row.matter.code if row.matter else row.letter.code if row.letter else ""


def _link(row: Imported) -> str:
    if row.organisation:
        return reverse("community", args=[row.organisation.code]) if _is_open(row) else ""
    if row.matter:
        return matter_url(row.matter.code)
    return matter_url(row.letter.matter.code) + f"#l-{row.letter.code}" if row.letter else ""


PAST = Listing(
    name="past",
    title=_("Brought in from the past"),
    about=_("Communities, campaigns and letters of the time before İcma, each with the source it was taken from."),
    rows=lambda: Imported.objects.select_related("organisation", "matter", "letter__matter").defer(
        "matter__text", "matter__search_text", "letter__body", "letter__matter__text", "letter__matter__search_text"
    ),
    order="-id",
    heading=_title,
    link=_link,
    stamp=lambda row: row.at,
    empty=(_("Nothing was brought in"), _("An officer of the union brings in a workbook, line by line.")),
    filters=(Filter("kind", _("Kind"), lambda v: Q(kind=v), choices=lambda: Imported.Kind.choices),),
    columns=(
        Column("title", _("Title"), _title, example="Su hər gün verilsin"),
        Hidden("kind", _("Kind"), lambda row: row.kind, example="campaign"),
        Column("kind_name", _("Kind"), lambda row: row.get_kind_display(), example="kampaniya"),
        Hidden("code", _("Code"), _code, example="7Q4FM2KD"),
        Column("source", _("Source"), lambda row: row.source if _is_open(row) else "", example="Hesabat 2019, səh. 4"),
        Column("on", _("Brought in on"), lambda row: legal_day(row.at), date, "2026-11-27"),
    ),
)  # fmt: skip
