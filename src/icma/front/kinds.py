"""Which page a kind of matter has. Every matter's address is `/m/<code>/`; upper floors add their kinds here."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from icma.advocacy.views.campaign import campaign
from icma.advocacy.views.oversight_pages import commitment, decision
from icma.front.petitions import petition
from icma.front.views.issue import issue
from icma.matters.models import Matter

PAGES: dict[str, Callable[[HttpRequest, Matter], HttpResponse]] = {
    Matter.Kind.ISSUE: issue,
    Matter.Kind.REQUEST: issue,
    Matter.Kind.CAMPAIGN: campaign,
    Matter.Kind.PETITION: petition,
    Matter.Kind.DECISION: decision,
    Matter.Kind.COMMITMENT: commitment,
}
