"""Who asked the union for a call and is still owed it."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from icma.matters.bands import Channel
from icma.matters.models import Matter
from icma.people.actions.contacts import call_wishes
from icma.people.models import Contact, Opening

SHOWN = 100
REACH = _("Reach the author")


def reachable(matter: Matter) -> bool:
    """Its author left something to be reached by, and that is still kept."""
    return Contact.objects.filter(scope=f"matter:{matter.code}").exclude(purpose="tell").exists()


def asked_for_a_call(led: Collection[int] | None = None) -> list[Matter]:
    """A call was asked for: nobody has made it yet, or nobody has written down what it is about. Also of what a
    community has just taken up: it goes on with the matter, and the author still waits. Of the communities `led` alone.
    """
    waits = Matter.objects.filter(
        Q(stage__in=("raised", "open", "untaken")) | Q(stage="taken", channel=Channel.WEB)
    )
    if led is not None:
        waits = waits.filter(community__in=led)
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
