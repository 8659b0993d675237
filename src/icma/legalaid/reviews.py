"""What of a case waits for a second person: a reference and a date, nothing that was said."""

from datetime import date

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.core.words import date_words
from icma.legalaid.actions.cases.terms import KIND
from icma.people.models import Review
from icma.people.reviews import Kind, Pairs, by_effects


def _term(review: Review) -> Pairs:
    on = date_words(date.fromisoformat(review.data["on"]))
    return [(_t("Case"), review.data["case"]), (_t("Term"), on)]


KINDS = (Kind(KIND, _("A term of law is to be taken out or moved"), by_effects(), _term),)
