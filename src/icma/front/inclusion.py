"""For whom outcomes were: what communities have counted or estimated, summed for the panel of women and youth."""

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from icma.advocacy.models import Petition
from icma.core.access import STRANGER
from icma.matters.access import public_only
from icma.matters.models import Matter
from icma.research.inclusion.page import DecidedFor

DONE = (Matter.Outcome.SOLVED, Matter.Outcome.PARTLY)


def decided_for(scope: Q) -> DecidedFor:
    """Of public matters within `scope` whose outcome is known; one query."""
    told = Q(reached__people__isnull=False, reached__women__isnull=False, reached__youth__isnull=False)
    rows = Matter.objects.filter(public_only(STRANGER, timezone.now()), scope, outcome__in=DONE).order_by()
    found = rows.aggregate(
        outcomes=Count("pk"), told=Count("pk", filter=told), people=Sum("reached__people", filter=told),
        women=Sum("reached__women", filter=told), youth=Sum("reached__youth", filter=told),
    )  # fmt: skip
    return DecidedFor(**{name: value or 0 for name, value in found.items()})


def petitions_of(matter: Matter) -> QuerySet[Petition]:
    """Numbers of the matters of a campaign's petitions, as part of another query."""
    return Petition.objects.filter(campaign=matter.pk).values("matter")
