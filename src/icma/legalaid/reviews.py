"""What of a case waits for a second person: a reference and a date, nothing that was said."""

from datetime import date

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.core.words import date_words
from icma.legalaid.actions.cases.terms import KIND
from icma.legalaid.actions.ending import ERASURE, erase_agreed
from icma.legalaid.actions.templates import KIND as TEMPLATE
from icma.legalaid.assembly.shelf import sheet
from icma.people.models import Review
from icma.people.reviews import Kind, Pairs, by_effects


def _term(review: Review) -> Pairs:
    on = date_words(date.fromisoformat(review.data["on"]))
    wants = {"drop": _t("to be taken out"), "move": _t("to be counted from another day")}
    what = wants.get(review.data.get("do", ""), "")
    pairs = [(_t("Case"), review.data["case"]), (_t("Term"), on), *([(_t("What"), what)] if what else [])]
    return [
        *pairs,
        (_t("Why"), _t("Stands in the case, which opens for its lawyers alone: ask before you decide.")),
    ]


def _erasure(review: Review) -> Pairs:
    return [(_t("Case"), review.data["case"]), (_t("Why"), _t("The client has told a lawyer so."))]


def _slug(review: Review) -> str:
    return review.subject.removeprefix("template:")


def _template(review: Review) -> Pairs:
    title = sheet(_slug(review)).title[(get_language() or "az")[:2]]
    return [(_t("Template"), title), (_t("Signed by"), review.data["name"])]


def _template_page(review: Review) -> str:
    """The text is read and agreed to where it was signed."""
    return reverse("template_sign", args=[_slug(review)])


KINDS = (
    Kind(KIND, _("A term of law is to be taken out or moved"), by_effects(), _term),
    Kind(ERASURE, _("A case is to be erased"), by_effects(erase_agreed), _erasure),
    Kind(TEMPLATE, _("An advocate has signed a template"), None, _template, _template_page),
)
