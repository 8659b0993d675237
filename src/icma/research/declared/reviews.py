"""What of a declared figure waits for a second person; front hands this kind to the page of reviews."""

from datetime import date

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from icma.core.words import date_words
from icma.people.models import Review
from icma.people.reviews import Kind, Pairs
from icma.research.declared.actions import KIND, decide_declared
from icma.research.models import Declared


def _about(review: Review) -> Pairs:
    data = review.data
    days = [date_words(date.fromisoformat(data[name]), "short") for name in ("first", "last")]
    return [
        (_t("What is counted"), data["title"]), (_t("Value"), f"{data['shown']} {data['unit']}".strip()),
        (_t("What it is about"), str(dict(Declared.Theme.choices).get(data["theme"], data["theme"]))),
        (_t("Period"), " – ".join(days)), (_t("How it was counted"), data["definition"]),
        (_t("Source"), data["source"]), (_t("Who declares it"), data["who"]),
    ]  # fmt: skip


KINDS = (Kind(KIND, _("A figure from before İcma is to be published"), decide_declared, _about),)
