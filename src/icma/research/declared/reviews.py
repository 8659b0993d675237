"""What of a declared figure waits for a second person; front hands this kind to the page of reviews."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.core.words import date_words, num
from icma.people.models import Review
from icma.people.reviews import Kind, Pairs
from icma.research.declared.actions import KIND, decide_declared


def _about(review: Review) -> Pairs:
    data = review.data
    days = [date_words(date.fromisoformat(data[name]), "short") for name in ("first", "last")]
    return [
        (_t("What is counted"), data["title"]), (_t("Value"), f"{num(Decimal(data['value']))} {data['unit']}".strip()),
        (_t("Period"), " – ".join(days)), (_t("How it was counted"), data["definition"]),
        (_t("Source"), data["source"]), (_t("Who declares it"), data["who"]),
    ]  # fmt: skip


KINDS = (Kind(KIND, _("A figure from before İcma is to be published"), decide_declared, _about),)
