"""Who asked the union for a call and is still owed it."""

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat

from icma.matters.models import Matter
from icma.people.actions.contacts import call_wishes
from icma.people.models import Contact, Opening

SHOWN = 100


def asked_for_a_call() -> list[Matter]:
    """A call was asked for: nobody has made it yet, or nobody has written down what it is about."""
    waits = Matter.objects.filter(stage__in=("raised", "open", "untaken"))
    waits = waits.annotate(kept=Concat(Value("matter:"), "code"))
    made = Opening.objects.filter(person=OuterRef("person"), reason="call_back")
    owed = Q(scope__in=waits.filter(text="").values("kept")) | Q(
        ~Exists(made), scope__in=waits.values("kept")
    )
    asked = Contact.objects.filter(owed, purpose="call").order_by("at").values_list("scope", flat=True)
    wishes = call_wishes(list(asked[:SHOWN]))
    rows = list(waits.filter(kept__in=wishes).select_related("place").order_by("raised_at"))
    for row in rows:
        row.wish = wishes[f"matter:{row.code}"]
    return rows
